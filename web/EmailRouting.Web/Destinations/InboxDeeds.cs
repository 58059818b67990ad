using EmailRouting.Access;
using EmailRouting.Rules;
using EmailRouting.Web.Seats;

namespace EmailRouting.Web.Destinations;

/// <summary>What can be done to a destination on a page.</summary>
public sealed class InboxDeeds(Seat seat, RuleBook rules)
{
    /// <summary>Its owner is asked once more.</summary>
    public async Task<Edit> ResendAsync(Guid id) => await (await HeldAsync(Scope.AddressesEdit)).RequestVerificationAsync(id, CancellationToken.None);

    public async Task<Edit> VouchAsync(Guid id) => await (await HeldByAllAsync(Scope.AddressesVerify)).VerifyDestinationAsync(id, CancellationToken.None);

    public async Task<Edit> RemoveAsync(Guid id) => await (await HeldByAllAsync(Scope.AddressesEdit)).RemoveDestinationAsync(id, CancellationToken.None);

    private async Task<RuleBook> HeldAsync(string scope) => rules.As((await seat.AskAsync(scope)).Actor);

    /// <summary>What changes for every domain is for those who may see all of them.</summary>
    private async Task<RuleBook> HeldByAllAsync(string scope)
    {
        Caller caller = await seat.AskAsync(scope);
        return caller.Domains is null ? rules.As(caller.Actor) : throw new DeniedException();
    }
}
