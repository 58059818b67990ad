using EmailRouting.Testing;

namespace EmailRouting.Tests.MailAuth;

/// <summary>Reads the <c>.dns</c> files of a corpus: <c>name TXT text</c>, and <c>fail name</c> for a name whose servers do not answer.</summary>
internal static class RecordedDns
{
    public static FakeResolver Read(IEnumerable<string> lines)
    {
        var resolver = new FakeResolver();
        foreach (string[] words in lines.Where(line => line.Length > 0).Select(line => line.Split(' ', 3)))
        {
            if (words is ["fail", var failing])
            {
                resolver.Failing.Add($"txt {failing}");
            }
            else if (words is [var name, "TXT", var text])
            {
                resolver.Txt[name] = [.. resolver.Txt.GetValueOrDefault(name, []), text];
            }
            else
            {
                throw new FormatException(string.Join(' ', words));
            }
        }

        return resolver;
    }
}
