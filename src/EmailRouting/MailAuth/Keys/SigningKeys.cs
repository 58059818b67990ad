using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EmailRouting.Storage;

namespace EmailRouting.MailAuth.Keys;

/// <summary>The signing keys of our domains: <c>keys/DOMAIN/SELECTOR.pem</c> in the data directory, readable by its owner only.</summary>
/// <remarks>
/// Selectors are named for their year and order, <c>er2026a</c>; the newest signs. Older files stay, because mail that they have signed is still on its way;
/// who wants to be rid of one deletes the file and empties its DNS record.
/// </remarks>
public sealed class SigningKeys(DataDirectory directory, TimeProvider clock)
{
    // RFC 8301 §3.2; what every verifier takes and a UDP answer holds.
    private const int KeyBits = 2048;

    private readonly ConcurrentDictionary<string, SigningKey> _current = new();
    private readonly Lock _making = new();

    /// <summary>The key of a domain, made now where it has none. Making one takes a moment; afterwards it is in memory.</summary>
    /// <param name="domain">Lower-case A-labels.</param>
    /// <exception cref="IOException">The key cannot be read or stored.</exception>
    /// <exception cref="CryptographicException">The file is no key.</exception>
    public SigningKey Get(string domain)
    {
        if (_current.TryGetValue(domain, out SigningKey? key))
        {
            return key;
        }

        lock (_making)
        {
            return _current.GetOrAdd(domain, name => Load(name) ?? Make(name));
        }
    }

    /// <summary>The key of a domain where it has one; null otherwise.</summary>
    public SigningKey? Find(string domain) => _current.GetValueOrDefault(domain) ?? Load(Checked(domain));

    /// <summary>Makes another key that signs from now on. Its record should be in the DNS by then: see <see cref="SigningKey.RecordText"/> of what is returned.</summary>
    public SigningKey Rotate(string domain)
    {
        lock (_making)
        {
            return _current[domain] = Make(domain);
        }
    }

    private SigningKey? Load(string domain)
    {
        string folder = Path.Combine(directory.Keys, Checked(domain));
        if (!Directory.Exists(folder) || Selectors(folder).Max(StringComparer.Ordinal) is not { } selector)
        {
            return null;
        }

        using RSA rsa = RSA.Create();
        rsa.ImportFromPem(File.ReadAllText(Path.Combine(folder, $"{selector}.pem")));
        return new SigningKey(domain, selector, rsa.ExportParameters(includePrivateParameters: true));
    }

    private SigningKey Make(string domain)
    {
        string folder = Path.Combine(directory.Keys, Checked(domain));
        PrivateFile.CreateFolder(folder);
        using RSA rsa = RSA.Create(KeyBits);
        string selector = NextSelector(Selectors(folder).Max(StringComparer.Ordinal), clock.GetUtcNow().Year);
        return PrivateFile.TryCreate(Path.Combine(folder, $"{selector}.pem"), Encoding.ASCII.GetBytes(rsa.ExportPkcs8PrivateKeyPem()))
            ? new SigningKey(domain, selector, rsa.ExportParameters(includePrivateParameters: true))
            : Load(domain)!;
    }

    private static IEnumerable<string> Selectors(string folder) =>
        Directory.EnumerateFiles(folder, "er*.pem").Select(static path => Path.GetFileNameWithoutExtension(path));

    // er2026a, er2026b … er2026z, er2026za: always greater than the last, whatever the clock says.
    private static string NextSelector(string? last, int year)
    {
        string first = string.Create(CultureInfo.InvariantCulture, $"er{year:D4}a");
        return last is null || string.CompareOrdinal(first, last) > 0 ? first
            : last[^1] is >= 'a' and < 'z' ? last[..^1] + (char)(last[^1] + 1)
            : last + 'a';
    }

    // It becomes a path: nothing but a domain name may.
    private static string Checked(string domain) =>
        DnsName.TryNormalize(domain, out string? name) && name == domain ? domain : throw new ArgumentException($"{domain} is no domain name", nameof(domain));
}
