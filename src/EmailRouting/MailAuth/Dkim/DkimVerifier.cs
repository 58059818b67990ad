using System.Collections.Immutable;
using System.Diagnostics;
using EmailRouting.Dns;
using EmailRouting.Mail;

namespace EmailRouting.MailAuth.Dkim;

/// <summary>Verifies the DKIM signatures of a message on the octets that came (RFC 6376, 8301, 8463).</summary>
/// <remarks>
/// Nothing is parsed beyond the fields of the header, and no message is written anew to be digested: what a MIME parser would put right
/// (a boundary with a space behind it, a part's header without a colon) was signed as it is. The body is read once, in pieces, and only where a signature
/// may still pass. Never throws for what a message holds.
/// </remarks>
public sealed class DkimVerifier(IResolver resolver, TimeProvider clock)
{
    // Eight characters of base64.
    private const int OctetsOfStart = 6;

    private static readonly Task<ImmutableArray<KeyAnswer?>> NoKeys = Task.FromResult<ImmutableArray<KeyAnswer?>>([]);

    /// <returns>One result for each signature, from the top; empty for an unsigned message.</returns>
    /// <exception cref="IOException">The spool file cannot be read.</exception>
    public async Task<ImmutableArray<DkimResult>> VerifyAsync(MessageContent content, CancellationToken cancellation)
    {
        MessageHeader header = await MessageHeader.ReadAsync(content, cancellation);
        ImmutableArray<DkimSignature> signatures = Read(header);
        Task<ImmutableArray<KeyAnswer?>> keys = FindKeysAsync(signatures, cancellation);
        BodyDigests digests = await BodyDigests.ComputeAsync(content, header.Length, FieldsOf(signatures), cancellation);
        return Judge(header, signatures, await keys, digests);
    }

    internal static List<SignatureField> FieldsOf(ImmutableArray<DkimSignature> signatures) =>
        [.. signatures.OfType<DkimSignature.Verifiable>().Select(static signature => signature.Field)];

    internal ImmutableArray<DkimSignature> Read(MessageHeader header) => DkimSignature.ReadAll(header, clock.GetUtcNow().ToUnixTimeSeconds());

    /// <summary>One answer for each signature, null where none is needed.</summary>
    internal Task<ImmutableArray<KeyAnswer?>> FindKeysAsync(ImmutableArray<DkimSignature> signatures, CancellationToken cancellation) =>
        signatures.IsEmpty ? NoKeys : AskForKeysAsync(signatures, cancellation);

    private async Task<ImmutableArray<KeyAnswer?>> AskForKeysAsync(ImmutableArray<DkimSignature> signatures, CancellationToken cancellation)
    {
        Task<KeyAnswer>?[] lookups = [.. signatures.Select(signature => signature is DkimSignature.Verifiable { Field: var field }
            ? KeyLookup.FindAsync(resolver, field.Domain, field.Selector, field.Algorithm, cancellation)
            : null)];
        var answers = new KeyAnswer?[lookups.Length];
        for (int i = 0; i < lookups.Length; i++)
        {
            answers[i] = lookups[i] is { } lookup ? await lookup : null;
        }

        return [.. answers];
    }

    internal static ImmutableArray<DkimResult> Judge(
        MessageHeader header, ImmutableArray<DkimSignature> signatures, ImmutableArray<KeyAnswer?> keys, BodyDigests digests) => signatures.IsEmpty
        ? []
        : [.. signatures.Select((signature, i) => signature switch
        {
            DkimSignature.Hopeless hopeless => hopeless.Result,
            DkimSignature.Verifiable verifiable => Judge(header, verifiable, keys[i]!, digests),
            _ => throw new UnreachableException(),
        })];

    private static DkimResult Judge(MessageHeader header, DkimSignature.Verifiable verifiable, KeyAnswer key, BodyDigests digests)
    {
        SignatureField signature = verifiable.Field;
        DkimResult result = new(AuthStatus.Fail, signature.Domain, signature.Selector, signature.Algorithm, "signature does not match")
        {
            Identity = verifiable.Identity,
            SignatureStart = Convert.ToBase64String(signature.Signature.AsSpan(0, Math.Min(OctetsOfStart, signature.Signature.Length))),
        };

        switch (key)
        {
            case KeyAnswer.Failed failed:
                return result with { Status = AuthStatus.TemporaryError, Reason = failed.Reason };
            case KeyAnswer.Unusable unusable:
                return result with { Status = AuthStatus.PermanentError, Reason = unusable.Reason };
        }

        if (!digests.Matches(signature, out long unsigned))
        {
            return result with { Reason = "body does not match" };
        }

        byte[] digest = SignedDigest.Of(header, signature);
        foreach (KeyRecord record in ((KeyAnswer.Found)key).Records)
        {
            if (!record.Key.Verifies(digest, signature.Signature))
            {
                result = result with { IsTest = record.IsTest };
                continue;
            }

            // RFC 6376 §3.6.1: t=s wants the domain of i= to be d= itself.
            return record.IsStrict && DkimSignature.DomainOf(verifiable.Identity) != signature.Domain
                ? result with { Status = AuthStatus.PermanentError, Reason = "i= is a subdomain, which the key forbids" }
                : result with
                {
                    Status = AuthStatus.Pass,
                    IsTest = record.IsTest,
                    UnsignedOctets = unsigned,
                    Reason = unsigned > 0 ? $"{unsigned} octets of the body are not signed" : string.Empty,
                };
        }

        return result;
    }
}
