using EmailRouting.Server.Hosting;
using EmailRouting.Server.Smtp;

namespace EmailRouting.Server.Inbox;

/// <summary>The line that a newcomer pastes to see a mail arrive.</summary>
internal static class TryLine
{
    public static string For(SmtpListeners listeners) =>
        $@"printf 'From: me@example.org\r\nTo: {FirstRun.Alias}\r\nSubject: Hello\r\n\r\nIt works.\r\n' | "
        + $"curl --url smtp://{Reachable.From(listeners.Endpoints[0])} --mail-from me@example.org --mail-rcpt {FirstRun.Alias} --upload-file -";
}
