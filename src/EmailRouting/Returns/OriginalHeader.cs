using System.Text;
using EmailRouting.Mail;
using MimeKit;

namespace EmailRouting.Returns;

/// <summary>The header of a message that came back, as far as it is the sender's own and as far as it is ours.</summary>
internal static class OriginalHeader
{
    // Whoever writes a report chooses what stands here: enough to know one's message by, and no more.
    private const int LongestField = 1024;
    private const int Longest = 4096;

    // A message with more of them is not taken.
    private const int MostReceived = 50;

    // What a sender knows its message by. Everything else may have been put in on the way, and tell where the message went.
    private static readonly HeaderId[] Shown =
        [HeaderId.From, HeaderId.To, HeaderId.Cc, HeaderId.Subject, HeaderId.Date, HeaderId.MessageId, HeaderId.InReplyTo, HeaderId.References];

    /// <summary>Fields that may be shown to the sender, as octets.</summary>
    /// <param name="header">As it came back.</param>
    /// <param name="secrets">Addresses that must not be in it: those of the destination.</param>
    public static byte[] ForSender(HeaderList? header, IReadOnlyCollection<string> secrets)
    {
        var octets = new MemoryStream();
        foreach (Header field in (header ?? []).Where(field => Array.IndexOf(Shown, field.Id) >= 0).DistinctBy(field => field.Id))
        {
            if (field.RawValue.Length <= LongestField && octets.Length + field.RawValue.Length <= Longest && !IsSecret(field, secrets))
            {
                octets.Write(Encoding.ASCII.GetBytes($"{field.Field}:"));
                octets.Write(field.RawValue);
                octets.Write(field.RawValue.AsSpan().EndsWith("\r\n"u8) ? default : "\r\n"u8);
            }
        }

        return octets.ToArray();
    }

    /// <summary>What we called the message when we took it: in the <c>Received</c> lines that we put in front of it, the newest first. More than one where it came round.</summary>
    public static IEnumerable<MailId> IdsIn(HeaderList? header, string server)
    {
        foreach (Header field in (header ?? []).Where(field => field.Id == HeaderId.Received).Take(MostReceived))
        {
            string[] words = field.Value.Split([' ', '\t', '\r', '\n', ';'], StringSplitOptions.RemoveEmptyEntries);
            int by = Array.IndexOf(words, "by");
            int id = Array.IndexOf(words, "id");
            if (by >= 0 && id > by && id + 1 < words.Length && words[by + 1].Equals(server, StringComparison.OrdinalIgnoreCase) && MailId.TryParse(words[id + 1], out MailId ours))
            {
                yield return ours;
            }
        }
    }

    private static bool IsSecret(Header field, IReadOnlyCollection<string> secrets)
    {
        string value = Encoding.UTF8.GetString(field.RawValue);
        return secrets.Any(secret => value.Contains(secret, StringComparison.OrdinalIgnoreCase));
    }
}
