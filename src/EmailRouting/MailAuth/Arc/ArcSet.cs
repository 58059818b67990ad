namespace EmailRouting.MailAuth.Arc;

/// <summary>The three fields that one handler of a message added (RFC 8617 §4.2).</summary>
/// <param name="Instance"><c>i=</c>, from 1.</param>
/// <param name="Results"><c>ARC-Authentication-Results</c></param>
/// <param name="Signature"><c>ARC-Message-Signature</c></param>
/// <param name="SignatureTags">What stands in it.</param>
/// <param name="Seal"><c>ARC-Seal</c></param>
/// <param name="SealTags">What stands in it.</param>
internal sealed record ArcSet(int Instance, MessageField Results, MessageField Signature, TagList SignatureTags, MessageField Seal, TagList SealTags)
{
    /// <summary>Whether this handler found the chain intact: <c>none</c>, <c>pass</c> or <c>fail</c>, or whatever else stands there.</summary>
    public string? ChainValidation => SealTags["cv"];
}
