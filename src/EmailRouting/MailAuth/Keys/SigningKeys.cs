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

    // The next key until it signs; no selector ends so.
    private const string NextSuffix = ".next.pem";

    // Another process, the command line, may have made a newer one.
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, (SigningKey Key, long LookedAt)> _current = new();
    private readonly Lock _making = new();

    /// <summary>The key of a domain, made now where it has none. Making one takes a moment; afterwards it is in memory.</summary>
    /// <param name="domain">Lower-case A-labels.</param>
    /// <exception cref="IOException">The key cannot be read or stored.</exception>
    /// <exception cref="CryptographicException">The file is no key.</exception>
    public SigningKey Get(string domain)
    {
        if (_current.TryGetValue(domain, out (SigningKey Key, long LookedAt) known) && clock.GetElapsedTime(known.LookedAt) < LookAgainAfter)
        {
            return known.Key;
        }

        lock (_making)
        {
            SigningKey key = known.Key is { } old && old.Selector == Newest(domain) ? old : Load(domain) ?? Make(domain);
            _current[domain] = (key, clock.GetTimestamp());
            return key;
        }
    }

    /// <summary>The key of a domain where it has one; null otherwise.</summary>
    public SigningKey? Find(string domain) => Newest(domain) is null ? null : Get(domain);

    /// <summary>The key that is to sign next, made now where there is none: its record is to be published first.</summary>
    /// <exception cref="IOException">The key cannot be read or stored.</exception>
    public SigningKey Prepare(string domain)
    {
        lock (_making)
        {
            string selector = Next(domain) ?? NextSelector(Newest(domain), clock.GetUtcNow().Year);
            string file = Path.Combine(Folder(domain), selector + NextSuffix);
            if (!File.Exists(file))
            {
                Store(domain, file);
            }

            return Read(domain, selector, file);
        }
    }

    /// <summary>The key that was prepared signs from now on.</summary>
    /// <returns>Null where none was.</returns>
    /// <exception cref="IOException">Nothing has changed.</exception>
    public SigningKey? Rotate(string domain)
    {
        lock (_making)
        {
            if (Next(domain) is not { } selector)
            {
                return null;
            }

            string file = Path.Combine(Folder(domain), $"{selector}.pem");
            File.Move(Path.Combine(Folder(domain), selector + NextSuffix), file, overwrite: false);
            SigningKey key = Read(domain, selector, file);
            _current[domain] = (key, clock.GetTimestamp());
            return key;
        }
    }

    private string Folder(string domain) => Path.Combine(directory.Keys, Checked(domain));

    /// <summary>The selector that signs; null where there is none.</summary>
    private string? Newest(string domain) => Selectors(domain, ".pem").Where(static selector => !selector.Contains('.', StringComparison.Ordinal)).Max(StringComparer.Ordinal);

    /// <summary>The selector that is prepared; null where there is none.</summary>
    private string? Next(string domain) => Selectors(domain, NextSuffix).Max(StringComparer.Ordinal);

    private SigningKey? Load(string domain) => Newest(domain) is { } selector ? Read(domain, selector, Path.Combine(Folder(domain), $"{selector}.pem")) : null;

    private SigningKey Make(string domain)
    {
        string selector = NextSelector(last: null, clock.GetUtcNow().Year);
        string file = Path.Combine(Folder(domain), $"{selector}.pem");
        Store(domain, file);
        return Read(domain, selector, file);
    }

    /// <summary>Where another process was quicker, its key stays.</summary>
    private void Store(string domain, string file)
    {
        PrivateFile.CreateFolder(Folder(domain));
        using RSA rsa = RSA.Create(KeyBits);
        PrivateFile.TryCreate(file, Encoding.ASCII.GetBytes(rsa.ExportPkcs8PrivateKeyPem()));
    }

    private static SigningKey Read(string domain, string selector, string file)
    {
        using RSA rsa = RSA.Create();
        try
        {
            rsa.ImportFromPem(File.ReadAllText(file));
        }
        catch (ArgumentException e)
        {
            throw new CryptographicException($"{file} holds no key", e);
        }

        return new SigningKey(domain, selector, rsa.ExportParameters(includePrivateParameters: true));
    }

    private IEnumerable<string> Selectors(string domain, string suffix) => Folder(domain) is var folder && Directory.Exists(folder)
        ? Directory.EnumerateFiles(folder, $"er*{suffix}").Select(path => Path.GetFileName(path)[..^suffix.Length])
        : [];

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
