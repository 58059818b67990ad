using EmailRouting.Testing;

namespace EmailRouting.Server.Tests.Crash;

/// <summary>How often each message came to a sink. A message is known by its one line of text, which is nobody else's.</summary>
internal sealed class Arrivals(ScriptedSmtpServer sink)
{
    private readonly Dictionary<string, int> _times = [];
    private int _read;

    /// <summary>The octets of the message so named.</summary>
    public static byte[] Message(string name) => System.Text.Encoding.ASCII.GetBytes($"Subject: {name}\r\nMessage-ID: <{name}@sender.example>\r\n\r\nThe body of {name}\r\n");

    /// <summary>Everything that came so far, name to number of times.</summary>
    public IReadOnlyDictionary<string, int> Count()
    {
        foreach (ReceivedMail mail in sink.Messages.Skip(_read))
        {
            _read++;
            string text = System.Text.Encoding.ASCII.GetString(mail.Content);
            string name = text.Split("\r\n")[0].Replace("Subject: ", "", StringComparison.Ordinal);
            if (!mail.Content.AsSpan().SequenceEqual(Message(name)))
            {
                throw new InvalidDataException($"Not as it was sent:\n{text}");
            }

            _times[name] = _times.GetValueOrDefault(name) + 1;
        }

        return _times;
    }

    /// <summary>Waits until all of these have come.</summary>
    public Task AllAsync(IReadOnlyCollection<string> names, TimeSpan within) =>
        Eventually.TrueAsync(
            () => Task.FromResult(Missing(names).Length == 0),
            within,
            () => $"{Missing(names).Length} of {names.Count} acknowledged messages did not arrive: {string.Join(", ", Missing(names).Take(10))}",
            Xunit.TestContext.Current.CancellationToken);

    private string[] Missing(IReadOnlyCollection<string> names)
    {
        IReadOnlyDictionary<string, int> come = Count();
        return [.. names.Where(name => !come.ContainsKey(name))];
    }
}
