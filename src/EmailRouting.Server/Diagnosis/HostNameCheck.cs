using System.Collections.Immutable;
using System.Net;
using EmailRouting.Diagnosis;
using EmailRouting.Dns;
using EmailRouting.Network;

namespace EmailRouting.Server.Diagnosis;

/// <summary>Whether our name in HELO stands up to what receivers ask of it: fully qualified, forward to us, and back.</summary>
internal sealed class HostNameCheck(IResolver resolver, OwnIdentity identity, IReadOnlyList<IPAddress> publicAddresses)
{
    private const string WhyForward = "Large receivers refuse or distrust a host whose name in HELO does not lead back to it.";
    private const string WhyReverse = "Gmail, Outlook and others refuse mail from an address without a matching reverse name.";

    private readonly string _name = identity.HostName;

    public async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellation)
    {
        string subject = $"host name {_name}";
        if (!_name.Contains('.', StringComparison.Ordinal))
        {
            return
            [
                Finding.Fail(
                    subject, "is not fully qualified", "Other mail servers refuse it in HELO (RFC 5321 §2.3.5).",
                    "Set Smtp:HostName to the name that your MX record and your reverse DNS carry, such as mx.example.com."),
            ];
        }

        DnsAnswer<IPAddress> answer = await resolver.AddressesAsync(_name, cancellation);
        if (answer is not DnsAnswer<IPAddress>.Found found)
        {
            return [Unresolved(subject, answer)];
        }

        var findings = new List<Finding> { Forward(subject, found.Records) };
        foreach (IPAddress address in found.Records.Where(AddressScope.IsPublic))
        {
            findings.Add(await ReverseAsync(address, cancellation));
        }

        return findings;
    }

    private Finding Unresolved(string subject, DnsAnswer<IPAddress> answer) => answer is DnsAnswer<IPAddress>.Failed failed
        ? Finding.Warn(subject, $"could not be looked up: {failed.Reason}", WhyForward, $"Try again, and see: dig {_name} A")
        : Finding.Fail(subject, "has no address", WhyForward, $"Publish: {Record(publicAddresses.Count > 0 ? publicAddresses[0] : null)}");

    private Finding Forward(string subject, ImmutableArray<IPAddress> addresses)
    {
        string seen = $"leads to {string.Join(", ", addresses)}";
        if (!addresses.Any(AddressScope.IsPublic))
        {
            return Finding.Fail(
                subject, $"{seen}: no public address", "Nobody on the Internet can reach it.", $"Publish: {Record(publicAddresses.Count > 0 ? publicAddresses[0] : null)}");
        }

        // The port does not matter here: listening on any of them makes an address ours.
        IPAddress[] foreign = [.. addresses.Where(address => !OwnAddresses.Has(address, publicAddresses))];
        return foreign.Length == 0
            ? Finding.Ok(subject, $"{seen}: ours")
            : foreign.Length < addresses.Length
                ? Finding.Warn(
                    subject, $"{seen}; {string.Join(", ", foreign)} is not ours as far as this machine knows", WhyForward,
                    $"Remove the record of an address that is not ours; or say that it is, behind NAT: Smtp:PublicAddresses={string.Join(';', foreign.AsEnumerable())}")
                : Finding.Warn(
                    subject, $"{seen}, which is no address of this machine", WhyForward,
                    $"Behind NAT say so: Smtp:PublicAddresses={string.Join(';', foreign.AsEnumerable())}; otherwise publish: {Record(publicAddresses.Count > 0 ? publicAddresses[0] : null)}");
    }

    private async Task<Finding> ReverseAsync(IPAddress address, CancellationToken cancellation)
    {
        string subject = $"reverse name of {address}";
        string mend = $"Ask whoever gave you the address (the provider's panel: reverse DNS) for: {address.ArpaName()}. PTR {_name}.";
        return await resolver.NamesAsync(address, cancellation) switch
        {
            DnsAnswer<string>.Found names when names.Records.Any(identity.IsOurName) => Finding.Ok(subject, $"is {_name}"),
            DnsAnswer<string>.Found names => Finding.Fail(subject, $"is {string.Join(", ", names.Records)}, not {_name}", WhyReverse, mend),
            DnsAnswer<string>.Failed failed => Finding.Warn(subject, $"could not be looked up: {failed.Reason}", WhyReverse, $"Try again, and see: dig -x {address}"),
            _ => Finding.Fail(subject, "there is none", WhyReverse, mend),
        };
    }

    private string Record(IPAddress? address) => address is null
        ? $"{_name}. A (the public IPv4 address of this machine)"
        : $"{_name}. {(address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? "AAAA" : "A")} {address}";
}
