using System.Buffers;
using System.Security.Cryptography;
using EmailRouting.Dns;
using EmailRouting.Mail;
using EmailRouting.MailAuth.Dkim;

namespace EmailRouting.MailAuth.Arc;

/// <summary>Validates ARC chains (RFC 8617 §5.2) on the octets that came.</summary>
public sealed class ArcVerifier(IResolver resolver, TimeProvider clock)
{
    private static readonly string[] SealName = ["arc-seal"];
    private static readonly ArcResult NoChain = new(AuthStatus.None, "no ARC fields");

    /// <exception cref="IOException">The spool file cannot be read.</exception>
    public async Task<ArcResult> VerifyAsync(MessageContent content, CancellationToken cancellation)
    {
        MessageHeader header = await MessageHeader.ReadAsync(content, cancellation);
        var chain = ArcChain.Read(header);
        SignatureField? newest = NewestSignature(chain, out string? problem);
        BodyDigests digests = await BodyDigests.ComputeAsync(content, header.Length, newest is null ? [] : [newest], cancellation);
        return await VerifyAsync(header, chain, newest, problem, digests, cancellation);
    }

    /// <summary>The message signature of the last handler, which is the only one that has to hold still; null where there is none that can be read.</summary>
    internal static SignatureField? NewestSignature(ArcChain chain, out string? problem)
    {
        problem = chain.Problem;
        if (chain.Sets is not [.., var newest])
        {
            return null;
        }

        if (!SignatureField.TryRead(newest.Signature, newest.SignatureTags, out SignatureField? signature, out problem))
        {
            problem = $"message signature {newest.Instance}: {problem}";
            return null;
        }

        // §4.1.2: seals are over it, so it cannot be over them.
        if (signature.Names.Intersect(SealName).Any())
        {
            problem = $"message signature {newest.Instance} covers a seal";
            return null;
        }

        return signature;
    }

    internal async Task<ArcResult> VerifyAsync(
        MessageHeader header, ArcChain chain, SignatureField? newest, string? problem, BodyDigests digests, CancellationToken cancellation)
    {
        if (chain.IsEmpty)
        {
            return NoChain;
        }

        ArcResult result = new(AuthStatus.Fail, chain.Problem ?? problem ?? string.Empty)
        {
            Length = chain.Highest,
            Sealers = [.. chain.Sets.Select(static set => set.SealTags["d"] is { } text && DnsName.TryNormalize(text, out string? domain) ? domain : "?")],
        };

        // 1. The chain as it is written.
        if ((chain.Problem ?? ProblemOfSeals(chain)) is { } broken)
        {
            return result with { Reason = broken };
        }

        if (newest is null)
        {
            return result;
        }

        // 2. The message, as the last handler passed it on.
        if (newest.ExpiresAt < clock.GetUtcNow().ToUnixTimeSeconds())
        {
            return result with { Reason = "message signature expired" };
        }

        if (!digests.Matches(newest, out _))
        {
            return result with { Reason = "body does not match" };
        }

        string what = $"message signature {chain.Highest}";
        if (await ProblemOfSignatureAsync(
            newest.Domain, newest.Selector, newest.Algorithm, SignedDigest.Of(header, newest), newest.Signature, what, cancellation) is { } forged)
        {
            return result with { Status = forged.Status, Reason = forged.Reason };
        }

        // 3. The seals, from the last to the first.
        for (int i = chain.Sets.Length; i > 0; i--)
        {
            ArcSet set = chain.Sets[i - 1];
            if (SignatureTags.TryReadSigner(set.SealTags, out SigningAlgorithm algorithm, out byte[]? signature, out string? domain, out string? selector) is { } unreadable)
            {
                return result with { Reason = $"seal {i}: {unreadable}" };
            }

            byte[] digest = SealedDigest(header, chain.Sets.AsSpan()[..i]);
            if (await ProblemOfSignatureAsync(domain!, selector!, algorithm, digest, signature!, $"seal {i}", cancellation) is { } unsealed)
            {
                return result with { Status = unsealed.Status, Reason = unsealed.Reason };
            }
        }

        return result with
        {
            Status = AuthStatus.Pass,
            Reason = string.Empty,
            SaysDmarcPassed = SealedResults.SayDmarcPassed(header.Value(chain.Sets[^1].Results).Span),
        };
    }

    /// <summary>What a seal is over (§5.1.1): all fields of all sets up to its own, itself without signature.</summary>
    private static byte[] SealedDigest(MessageHeader header, ReadOnlySpan<ArcSet> sets)
    {
        var signed = new ArrayBufferWriter<byte>(4096);
        WriteSealed(header, sets[..^1], signed);
        ArcSet last = sets[^1];
        FieldCanonicalization.Write(header.Octets(last.Results), Canonicalization.Relaxed, signed);
        FieldCanonicalization.Write(header.Octets(last.Signature), Canonicalization.Relaxed, signed);
        SignedDigest.WriteItself(header, last.Seal, last.SealTags.RangeOf("b"), Canonicalization.Relaxed, signed);
        return SHA256.HashData(signed.WrittenSpan);
    }

    /// <summary>Sets with their seals, as the next seal is over them.</summary>
    internal static void WriteSealed(MessageHeader header, ReadOnlySpan<ArcSet> sets, ArrayBufferWriter<byte> output)
    {
        foreach (ArcSet set in sets)
        {
            FieldCanonicalization.Write(header.Octets(set.Results), Canonicalization.Relaxed, output);
            FieldCanonicalization.Write(header.Octets(set.Signature), Canonicalization.Relaxed, output);
            FieldCanonicalization.Write(header.Octets(set.Seal), Canonicalization.Relaxed, output);
        }
    }

    private static string? ProblemOfSeals(ArcChain chain)
    {
        if (chain.IsClosed)
        {
            return "found broken by a handler before us";
        }

        foreach (ArcSet set in chain.Sets)
        {
            // §5.2: the first handler finds no chain, every other finds one that holds.
            if (set.ChainValidation != (set.Instance == 1 ? "none" : "pass"))
            {
                return $"seal {set.Instance} has the wrong cv=";
            }

            // §4.1.3: what it is over is not for it to say.
            if (set.SealTags["h"] is not null)
            {
                return $"seal {set.Instance} has h=";
            }

            if (!SignatureTags.TryReadNumber(set.SealTags, "t", out _))
            {
                return $"seal {set.Instance} has a bad t=";
            }
        }

        return null;
    }

    private async Task<ArcResult?> ProblemOfSignatureAsync(
        string domain, string selector, SigningAlgorithm algorithm, byte[] digest, byte[] signature, string what, CancellationToken cancellation)
    {
        switch (await KeyLookup.FindAsync(resolver, domain, selector, algorithm, cancellation))
        {
            case KeyAnswer.Failed failed:
                return new ArcResult(AuthStatus.TemporaryError, $"{what}: {failed.Reason}");
            case KeyAnswer.Unusable unusable:
                return new ArcResult(AuthStatus.Fail, $"{what}: {unusable.Reason}");
            case KeyAnswer.Found found when found.Records.Any(record => record.Key.Verifies(digest, signature)):
                return null;
            default:
                return new ArcResult(AuthStatus.Fail, $"{what} does not match");
        }
    }
}
