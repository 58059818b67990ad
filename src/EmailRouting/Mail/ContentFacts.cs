namespace EmailRouting.Mail;

/// <summary>What is known of a message's bytes once they have all been seen.</summary>
/// <param name="Length">Octets, after dot-unstuffing.</param>
/// <param name="Sha256">Digest of those octets (promise 1).</param>
/// <param name="HasEightBit">An octet over 127 anywhere (invariant 12).</param>
/// <param name="HasEightBitHeader">An octet over 127 before the first empty line: such a message needs SMTPUTF8 where it was declared so.</param>
public sealed record ContentFacts(long Length, byte[] Sha256, bool HasEightBit, bool HasEightBitHeader);
