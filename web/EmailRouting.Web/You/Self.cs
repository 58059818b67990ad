using EmailRouting.Storage;
using EmailRouting.Web.Seats;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace EmailRouting.Web.You;

/// <summary>What somebody changes about himself: each time with what the database says now, for a page may be open for days.</summary>
public sealed class Self(Seat seat, IServiceScopeFactory scopes)
{
    public async Task<T> WithAsync<T>(Func<UserManager<Person>, Person, Task<T>> deed)
    {
        Guid id = (await seat.LookAsync() ?? throw new DeniedException()).Id;
        await using AsyncServiceScope scope = scopes.CreateAsyncScope();
        UserManager<Person> people = scope.ServiceProvider.GetRequiredService<UserManager<Person>>();
        return await deed(people, await people.FindByIdAsync(id.ToString()) ?? throw new DeniedException());
    }
}
