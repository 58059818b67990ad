using System.Collections.Immutable;
using EmailRouting.Dns;
using EmailRouting.Mail;
using EmailRouting.MailAuth.Arc;
using EmailRouting.MailAuth.Dkim;
using EmailRouting.MailAuth.Dmarc;

namespace EmailRouting.MailAuth;

/// <summary>Checks a message once it is in: DKIM, ARC, and DMARC over them and SPF. The body is read once for all of them, and not at all where nothing is signed.</summary>
public sealed class AuthenticationCheck(IResolver resolver, TimeProvider clock)
{
    private readonly DkimVerifier _dkim = new(resolver, clock);
    private readonly ArcVerifier _arc = new(resolver, clock);
    private readonly DmarcCheck _dmarc = new(resolver);

    /// <param name="content">The message as it came.</param>
    /// <param name="spf">Begun at MAIL, awaited here; null comes out of it where SPF is not asked.</param>
    /// <param name="cancellation">The end of the time that the sender is kept waiting: what is not known then is a temporary error.</param>
    /// <exception cref="IOException">The spool file cannot be read.</exception>
    public async ValueTask<AuthenticationResult> CheckAsync(MessageContent content, Task<SpfEvidence?> spf, CancellationToken cancellation)
    {
        // 1. What is signed, and by whom.
        MessageHeader header = await MessageHeader.ReadAsync(content, cancellation);
        ImmutableArray<DkimSignature> signatures = _dkim.Read(header);
        var chain = ArcChain.Read(header);
        SignatureField? newest = ArcVerifier.NewestSignature(chain, out string? problem);

        // 2. Keys from the DNS while the body is digested.
        Task<ImmutableArray<KeyAnswer?>> keys = _dkim.FindKeysAsync(signatures, cancellation);
        List<SignatureField> fields = DkimVerifier.FieldsOf(signatures);
        if (newest is not null)
        {
            fields.Add(newest);
        }

        BodyDigests digests = await BodyDigests.ComputeAsync(content, header.Length, fields, cancellation);

        // 3. The verdicts.
        ImmutableArray<DkimResult> dkim = DkimVerifier.Judge(header, signatures, await keys, digests);
        ArcResult arc = await _arc.VerifyAsync(header, chain, newest, problem, digests, cancellation);
        SpfEvidence? sender = await spf;
        DmarcResult dmarc = await _dmarc.EvaluateAsync(AuthorDomains.Read(header), sender, dkim, cancellation);
        return new AuthenticationResult(sender, dkim, dmarc, arc);
    }
}
