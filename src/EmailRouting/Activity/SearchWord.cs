using System.Net;
using System.Text;
using EmailRouting.Storage;

namespace EmailRouting.Activity;

/// <summary>What a word is, and the marked words that stand for facts.</summary>
/// <remarks>
/// A word is a run of ASCII letters and digits and of anything outside ASCII, in lower case. A marked word is a character that nobody types, a letter for the kind of
/// fact, and the value in hexadecimal digits, so that it is one word whatever is in it. With them every combination of filters is one question to one index.
/// </remarks>
internal static class SearchWord
{
    // The first of the private use area.
    private const char Mark = '\uE000';
    private const int Shortest = 2;

    // Shorter beginnings would gather half of all words.
    private const int ShortestBeginning = 3;

    public static string Status(MessageStatus status) => $"{Mark}t{(int)status}";

    public static string Rule(Guid rule) => $"{Mark}r{rule:N}";

    /// <param name="address">In canonical form.</param>
    public static string Sender(string address) => Marked('s', address);

    public static string SenderDomain(string domain) => Marked('d', domain);

    /// <param name="address">In canonical form.</param>
    public static string Alias(string address) => Marked('a', address);

    public static string Zone(string domain) => Marked('z', domain);

    public static string Client(string address) => Marked('c', address);

    /// <summary>The words of a text, without single letters and digits, which say nothing.</summary>
    public static IEnumerable<string> In(string text)
    {
        int start = -1;
        for (int i = 0; i <= text.Length; i++)
        {
            // The mark belongs to no word: what was sent to us must not spell a marked one.
            bool isPart = i < text.Length && (char.IsAsciiLetterOrDigit(text[i]) || text[i] is > '\u007F' and not Mark);
            if (isPart && start < 0)
            {
                start = i;
            }
            else if (!isPart && start >= 0)
            {
                if (i - start >= Shortest || text[start] > '\u007F')
                {
                    yield return text[start..i].ToLowerInvariant();
                }

                start = -1;
            }
        }
    }

    /// <summary>What somebody typed: words, of which the last is perhaps not typed to its end.</summary>
    public static (List<string> Words, string? Beginning) Typed(string text)
    {
        List<string> words = [];
        foreach (string part in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            // A whole address of the network: as words it would be numbers that are everywhere.
            if (part.AsSpan().ContainsAny('.', ':') && IPAddress.TryParse(part, out IPAddress? address))
            {
                words.Add(Client(address.ToString()));
            }
            else
            {
                words.AddRange(In(part));
            }
        }

        if (words is [.., { Length: >= ShortestBeginning } last] && last[0] != Mark)
        {
            words.RemoveAt(words.Count - 1);
            return (words, last);
        }

        return (words, null);
    }

    private static string Marked(char kind, string value) => $"{Mark}{kind}{Convert.ToHexStringLower(Encoding.UTF8.GetBytes(value))}";
}
