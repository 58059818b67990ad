using System.Text;
using EmailRouting.MailAuth.Srs;
using EmailRouting.Smtp;

namespace EmailRouting.Fuzz;

/// <summary>What is rewritten comes back, and nothing that comes in otherwise is taken for it.</summary>
public sealed class SrsTarget : FuzzTarget
{
    private readonly SrsRewriter _ours = new(SrsSecrets.Of("a secret"), TimeProvider.System);
    private readonly SrsRewriter _theirs = new(SrsSecrets.Of("another"), TimeProvider.System);

    public override string Name => "srs";

    public override void Run(byte[] input, Random random)
    {
        if (!EmailAddress.TryParse(Encoding.UTF8.GetString(input), out EmailAddress? address) || address.Domain == "ours.test")
        {
            return;
        }

        SrsAnswer before = _ours.Reverse(address);
        Require(before is SrsAnswer.NotSrs or SrsAnswer.Forged, "a stranger's address is none of ours");
        if (_ours.Rewrite(address, "ours.test") is not { } rewritten)
        {
            Require(Encoding.UTF8.GetByteCount(address.Text) > 100 || address.Domain.Contains('='), "only a long address cannot be rewritten, or one with our separator in its literal");
            return;
        }

        Require(rewritten.Domain == "ours.test", "it is under our name");
        Require(_theirs.Reverse(rewritten) is SrsAnswer.Forged, "nobody else takes it for his");
        Require(_ours.Reverse(rewritten) is SrsAnswer.Reversed back && (before is SrsAnswer.Forged || back.Sender == address), "it comes back");
    }
}
