using System.Text;
using EmailRouting.MailAuth.Dmarc;

namespace EmailRouting.Fuzz;

/// <summary>A From field has domains or is unclear; comments, folds and a trailing comma change nothing, and a second author is never overlooked.</summary>
public sealed class AuthorTarget : FuzzTarget
{
    public override string Name => "author";

    public override void Run(byte[] input, Random random)
    {
        if (AuthorDomains.ReadField(input) is not AuthorDomains.Found found)
        {
            return;
        }

        Require(found.Domains.Length is > 0 and <= AuthorDomains.MaxDomains, "the number of domains is bounded");
        Require(found.Domains.Distinct().Count() == found.Domains.Length, "each domain is named once");
        Require(found.Domains.All(domain => Ascii.IsValid(domain) && !domain.Any(char.IsAsciiLetterUpper) && domain[0] != '['), "a domain is lower-case A-labels");
        Require(Same(found, [.. "(a (b) \\) <x@y.test>)\r\n\t"u8, .. input]), "a comment means nothing");
        Require(Same(found, [.. input, .. " ,\r\n "u8]), "a trailing comma means nothing");

        AuthorDomains more = AuthorDomains.ReadField([.. input, .. ", <a@second.test>"u8]);
        Require(more is AuthorDomains.Unclear || (more is AuthorDomains.Found two && two.Domains.Contains("second.test")), "a second author is seen");
    }

    private static bool Same(AuthorDomains.Found found, byte[] other) =>
        AuthorDomains.ReadField(other) is AuthorDomains.Found same ? same.Domains.SequenceEqual(found.Domains) : other.Length > 32_000;
}
