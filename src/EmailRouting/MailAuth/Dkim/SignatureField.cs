using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace EmailRouting.MailAuth.Dkim;

/// <summary>One <c>DKIM-Signature</c> or <c>ARC-Message-Signature</c> field as it was read: what is signed, by whom, how.</summary>
/// <param name="Field">Where it lies.</param>
/// <param name="SignatureRange">Where, in the field's value, the value of <c>b=</c> lies.</param>
/// <param name="Algorithm"><c>a=</c></param>
/// <param name="Signature"><c>b=</c></param>
/// <param name="BodyDigest"><c>bh=</c></param>
/// <param name="HeaderForm">First half of <c>c=</c>.</param>
/// <param name="BodyForm">Second half of <c>c=</c>.</param>
/// <param name="Domain"><c>d=</c>, in lower-case A-labels.</param>
/// <param name="Selector"><c>s=</c>, likewise.</param>
/// <param name="Names"><c>h=</c>, in lower case.</param>
/// <param name="BodyLength"><c>l=</c>; null where the whole body is signed.</param>
/// <param name="SignedAt"><c>t=</c>, UTC seconds since 1970.</param>
/// <param name="ExpiresAt"><c>x=</c>, likewise.</param>
/// <param name="Identity"><c>i=</c>; of no meaning in ARC.</param>
internal sealed record SignatureField(
    MessageField Field,
    Range SignatureRange,
    SigningAlgorithm Algorithm,
    byte[] Signature,
    byte[] BodyDigest,
    Canonicalization HeaderForm,
    Canonicalization BodyForm,
    string Domain,
    string Selector,
    ImmutableArray<string> Names,
    long? BodyLength,
    long? SignedAt,
    long? ExpiresAt,
    string? Identity)
{
    // More than any signer in use names; each name is looked for in the header.
    private const int MaxNames = 250;

    /// <summary>The part that both kinds of field have in common (RFC 6376 §3.5, RFC 8617 §4.1.2).</summary>
    /// <param name="field">Where it lies.</param>
    /// <param name="tags">What stands in it.</param>
    /// <param name="signature">Null where it cannot be read.</param>
    /// <param name="problem">What is wrong with it, in a few words.</param>
    public static bool TryRead(MessageField field, TagList tags, [NotNullWhen(true)] out SignatureField? signature, [NotNullWhen(false)] out string? problem)
    {
        signature = null;
        problem = SignatureTags.TryReadSigner(tags, out SigningAlgorithm algorithm, out byte[]? value, out string? domain, out string? selector);
        if (problem is not null)
        {
            return false;
        }

        if (!SignatureTags.TryReadBase64(tags, "bh", out byte[]? digest))
        {
            problem = "bad bh=";
        }
        else if (!TryReadForms(tags["c"], out Canonicalization headerForm, out Canonicalization bodyForm))
        {
            problem = "unknown c=";
        }
        else if (tags.Compact("h")?.ToLowerInvariant().Split(':') is not { Length: <= MaxNames } names)
        {
            problem = "bad h=";
        }
        else if (!SignatureTags.TryReadNumber(tags, "t", out long? signedAt) || !SignatureTags.TryReadNumber(tags, "x", out long? expiresAt))
        {
            problem = "bad t= or x=";
        }
        else if (!SignatureTags.TryReadNumber(tags, "l", out long? length))
        {
            problem = "bad l=";
        }
        else if (tags.Compact("q")?.Split(':').Contains("dns/txt", StringComparer.OrdinalIgnoreCase) == false)
        {
            problem = "unknown q=";
        }
        else
        {
            signature = new SignatureField(
                field, tags.RangeOf("b"), algorithm, value!, digest, headerForm, bodyForm, domain!, selector!, [.. names], length, signedAt, expiresAt, tags["i"]);
        }

        return signature is not null;
    }

    // RFC 6376 §3.5: simple/simple without c=, simple for the body where only the header's form is named.
    private static bool TryReadForms(string? text, out Canonicalization header, out Canonicalization body)
    {
        body = Canonicalization.Simple;
        string[] forms = text is null ? ["simple"] : text.ToLowerInvariant().Split('/');
        return TryReadForm(forms[0], out header) && (forms.Length == 1 || (forms.Length == 2 && TryReadForm(forms[1], out body)));
    }

    private static bool TryReadForm(string text, out Canonicalization form)
    {
        form = text == "relaxed" ? Canonicalization.Relaxed : Canonicalization.Simple;
        return text is "relaxed" or "simple";
    }
}
