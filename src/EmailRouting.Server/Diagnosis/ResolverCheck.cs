using EmailRouting.Diagnosis;
using EmailRouting.Dns;

namespace EmailRouting.Server.Diagnosis;

/// <summary>Whether the name servers answer at all.</summary>
internal sealed class ResolverCheck(IResolver resolver, DnsOptions options, TimeProvider clock)
{
    // Has mail as long as there is mail.
    private const string Witness = "gmail.com";

    public async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellation)
    {
        string servers = options.Servers.Length > 0 ? options.Servers : "the system's name servers";
        long start = clock.GetTimestamp();
        DnsAnswer<MailExchange> answer = await resolver.MailExchangesAsync(Witness, cancellation);
        string took = $"{clock.GetElapsedTime(start).TotalMilliseconds:0} ms";
        return answer switch
        {
            DnsAnswer<MailExchange>.Found found => [Finding.Ok("resolver", $"{servers} named {found.Records.Length} MX of {Witness} in {took}")],
            DnsAnswer<MailExchange>.Failed failed =>
            [
                Finding.Fail(
                    "resolver", $"{servers} gave no answer about {Witness} after {took}: {failed.Reason}",
                    "Without the DNS no destination is found: all mail waits in the queue.",
                    "Set Dns:Servers to a resolver that answers this machine, such as 127.0.0.1:53, or mend /etc/resolv.conf; UDP and TCP to port 53 must be let through."),
            ],
            _ =>
            [
                Finding.Warn(
                    "resolver", $"{servers} say that {Witness} has no MX", "They answer, but they do not see the DNS of the Internet.",
                    "Let Dns:Servers name a resolver that does, unless this network is meant to be closed."),
            ],
        };
    }
}
