using EmailRouting.Access;
using EmailRouting.Policy;
using EmailRouting.Rules;
using EmailRouting.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace EmailRouting.Web.Seats;

/// <summary>Adds a domain for whoever sits there: live at once for who may see everything, else pending, and his own (invariant 11).</summary>
public sealed class DomainAdding(RuleBook rules, IServiceScopeFactory scopes)
{
    /// <param name="caller">Whoever adds it.</param>
    /// <param name="name">As he typed it.</param>
    /// <param name="refusesForgeries">Whether forged mail is refused from the start; else the domain begins as the installation says.</param>
    public async Task<Edit> AddAsync(Caller caller, string name, bool refusesForgeries)
    {
        DomainState state = caller.Domains is null ? DomainState.Live : DomainState.Pending;
        Edit edit = await rules.As(caller.Actor).AddDomainAsync(name.Trim(), state, subAddressing: true, CancellationToken.None);
        if (edit is not Edit.Done done)
        {
            return edit;
        }

        if (refusesForgeries)
        {
            await rules.As(caller.Actor).ChangeDomainAsync(done.Id, new DomainChange { Policy = new PolicyChange { Preset = PolicyPreset.Reject } }, null, CancellationToken.None);
        }

        if (caller.Domains is null)
        {
            return edit;
        }

        await using AsyncServiceScope scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<PeopleBook>().AddDomainAsync(caller.Id, done.Id, CancellationToken.None) is Edit.Refused refused ? refused : edit;
    }
}
