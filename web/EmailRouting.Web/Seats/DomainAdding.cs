using EmailRouting.Access;
using EmailRouting.Rules;
using EmailRouting.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace EmailRouting.Web.Seats;

/// <summary>Adds a domain for whoever sits there: live at once for who may see everything, else pending, and his own (invariant 11).</summary>
public sealed class DomainAdding(RuleBook rules, IServiceScopeFactory scopes)
{
    public async Task<Edit> AddAsync(Caller caller, string name)
    {
        DomainState state = caller.Domains is null ? DomainState.Live : DomainState.Pending;
        Edit edit = await rules.As(caller.Actor).AddDomainAsync(name.Trim(), state, subAddressing: true, CancellationToken.None);
        if (edit is not Edit.Done done || caller.Domains is null)
        {
            return edit;
        }

        await using AsyncServiceScope scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<PeopleBook>().AddDomainAsync(caller.Id, done.Id, CancellationToken.None) is Edit.Refused refused ? refused : edit;
    }
}
