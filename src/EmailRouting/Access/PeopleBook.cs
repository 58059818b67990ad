using EmailRouting.Rules;
using EmailRouting.Smtp;
using EmailRouting.Storage;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Access;

/// <summary>Who may sign in to the dashboard, and as what. There is always an owner once there was one.</summary>
public sealed class PeopleBook(UserManager<Person> people, RulesDb db, TimeProvider clock)
{
    private const string LastOwner = "This is the only owner: make somebody else an owner first.";

    public Task<bool> AnyAsync(CancellationToken cancellation) => db.People.AnyAsync(cancellation);

    public Task<List<Person>> ListAsync(CancellationToken cancellation) => db.People.AsNoTracking().OrderBy(p => p.NormalizedEmail).ToListAsync(cancellation);

    /// <summary>The first of all: everything here is his.</summary>
    /// <param name="email">By which he signs in.</param>
    /// <param name="password">As he typed it.</param>
    /// <param name="cancellation">Gives up before the commit.</param>
    public async Task<Edit> AddFirstOwnerAsync(string email, string password, CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (await AnyAsync(cancellation))
        {
            return new Edit.Refused(RefusalReason.Duplicate, null, "This installation has an owner already: sign in.");
        }

        Edit edit = await AddAsync(email, PersonRole.Owner, [], password);
        if (edit is Edit.Done)
        {
            await transaction.CommitAsync(cancellation);
        }

        return edit;
    }

    /// <summary>Adds somebody who chooses a password with an <see cref="Invitation"/>.</summary>
    /// <param name="email">By which he signs in.</param>
    /// <param name="role">What he may do.</param>
    /// <param name="domains">Of a member or a viewer.</param>
    public Task<Edit> AddAsync(string email, PersonRole role, IReadOnlyCollection<Guid> domains) => AddAsync(email, role, domains, password: null);

    /// <returns>Null where there is no such person.</returns>
    public async Task<Invitation?> InviteAsync(Guid id) =>
        await people.FindByIdAsync(id.ToString()) is { } person ? new Invitation(id, await people.GeneratePasswordResetTokenAsync(person)) : null;

    /// <summary>Takes up an invitation: whoever was signed in as this person is so no longer.</summary>
    public async Task<Edit> ChoosePasswordAsync(Invitation invitation, string password, CancellationToken cancellation)
    {
        Person? person = await people.FindByIdAsync(invitation.PersonId.ToString());
        IdentityResult? result = person is null ? null : await people.ResetPasswordAsync(person, invitation.Secret, password);
        if (result is null || result.Errors.Any(error => error.Code == nameof(IdentityErrorDescriber.InvalidToken)))
        {
            return new Edit.Refused(RefusalReason.Invalid, null, "This link does not work any more: it is older than a day, or it was used. Ask for a new one.");
        }

        if (!result.Succeeded)
        {
            return Refused(result);
        }

        await people.SetLockoutEndDateAsync(person!, null);
        await db.Sessions.Where(s => s.PersonId == person!.Id).ExecuteDeleteAsync(cancellation);
        return new Edit.Done(person!.Id);
    }

    public async Task<Edit> ChangeAsync(Guid id, PersonRole role, IReadOnlyCollection<Guid> domains, CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (await people.FindByIdAsync(id.ToString()) is not { } person)
        {
            return Missing();
        }

        if (person.Role == PersonRole.Owner && role != PersonRole.Owner && await IsOnlyOwnerAsync(id, cancellation))
        {
            return new Edit.Refused(RefusalReason.Invalid, "role", LastOwner);
        }

        (person.Role, person.Domains) = (role, Text(role, domains));
        IdentityResult result = await people.UpdateAsync(person);
        if (!result.Succeeded)
        {
            return Refused(result);
        }

        await transaction.CommitAsync(cancellation);
        return new Edit.Done(id);
    }

    /// <summary>Gives a member the domain that he has added.</summary>
    public async Task<Edit> AddDomainAsync(Guid id, Guid domain, CancellationToken cancellation) =>
        await people.FindByIdAsync(id.ToString()) is { } person
            ? await ChangeAsync(id, person.Role, [.. RoleScopes.DomainIds(person.Domains), domain], cancellation)
            : Missing();

    public async Task<Edit> RemoveAsync(Guid id, CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (await people.FindByIdAsync(id.ToString()) is not { } person)
        {
            return Missing();
        }

        if (person.Role == PersonRole.Owner && await IsOnlyOwnerAsync(id, cancellation))
        {
            return new Edit.Refused(RefusalReason.Invalid, null, LastOwner);
        }

        await people.DeleteAsync(person);
        await transaction.CommitAsync(cancellation);
        return new Edit.Done(id);
    }

    private async Task<Edit> AddAsync(string email, PersonRole role, IReadOnlyCollection<Guid> domains, string? password)
    {
        if (!EmailAddress.TryParse(email, out EmailAddress? address) || address.Domain.Length == 0)
        {
            return new Edit.Refused(RefusalReason.Invalid, "email", $"'{Printable.Line(email)}' is not an address such as you@example.com.");
        }

        DateTimeOffset now = clock.GetUtcNow();
        var person = new Person
        {
            Id = Guid.CreateVersion7(now),
            UserName = address.Text,
            Email = address.Text,
            Role = role,
            Domains = Text(role, domains),
            LockoutEnabled = true,
            CreatedAt = now,
        };
        IdentityResult result = password is null ? await people.CreateAsync(person) : await people.CreateAsync(person, password);
        return result.Succeeded ? new Edit.Done(person.Id) : Refused(result);
    }

    private async Task<bool> IsOnlyOwnerAsync(Guid id, CancellationToken cancellation) =>
        !await db.People.AnyAsync(p => p.Role == PersonRole.Owner && p.Id != id, cancellation);

    private static string Text(PersonRole role, IEnumerable<Guid> domains) =>
        role >= PersonRole.Admin ? string.Empty : string.Join(' ', domains.Distinct().Select(id => id.ToString("N")));

    private static Edit.Refused Missing() => new(RefusalReason.NotFound, null, "There is no such person.");

    private static Edit.Refused Refused(IdentityResult result)
    {
        IdentityError error = result.Errors.First();
        return error.Code switch
        {
            nameof(IdentityErrorDescriber.DuplicateEmail) or nameof(IdentityErrorDescriber.DuplicateUserName) =>
                new Edit.Refused(RefusalReason.Duplicate, "email", "There is already somebody with this address."),
            nameof(IdentityErrorDescriber.InvalidEmail) or nameof(IdentityErrorDescriber.InvalidUserName) =>
                new Edit.Refused(RefusalReason.Invalid, "email", "This is not an address such as you@example.com."),
            _ => new Edit.Refused(RefusalReason.Invalid, "password", error.Description),
        };
    }
}
