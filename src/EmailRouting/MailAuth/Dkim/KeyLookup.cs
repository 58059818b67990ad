using System.Collections.Immutable;
using System.Diagnostics;
using EmailRouting.Dns;

namespace EmailRouting.MailAuth.Dkim;

/// <summary>Finds the public key that a signature names.</summary>
internal static class KeyLookup
{
    // Records under one name that are tried.
    private const int MaxRecords = 4;

    public static async Task<KeyAnswer> FindAsync(IResolver resolver, string domain, string selector, SigningAlgorithm algorithm, CancellationToken cancellation)
    {
        DnsAnswer<string> answer = await resolver.TextsAsync($"{selector}._domainkey.{domain}", cancellation);
        return answer switch
        {
            DnsAnswer<string>.Found found => Read(found.Records, algorithm),
            DnsAnswer<string>.None => new KeyAnswer.Unusable("no key for signature"),
            DnsAnswer<string>.Failed failed => new KeyAnswer.Failed($"key not answered for: {failed.Reason}"),
            _ => throw new UnreachableException(),
        };
    }

    private static KeyAnswer Read(ImmutableArray<string> texts, SigningAlgorithm algorithm)
    {
        ImmutableArray<KeyRecord>.Builder usable = ImmutableArray.CreateBuilder<KeyRecord>();
        string? reason = null;
        foreach (string text in texts.Take(MaxRecords))
        {
            if (!KnownKeys.TryRead(text, out KeyRecord? record, out string? problem))
            {
                reason ??= problem;
            }
            else if (record.Algorithm != algorithm)
            {
                reason ??= "key of another type than a=";
            }
            else
            {
                usable.Add(record);
            }
        }

        return usable.Count > 0 ? new KeyAnswer.Found(usable.DrainToImmutable()) : new KeyAnswer.Unusable(reason ?? "no key for signature");
    }
}
