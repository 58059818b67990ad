using System.Net;
using EmailRouting.Access;
using EmailRouting.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;

namespace EmailRouting.Web.Account;

/// <summary>Slows down who guesses, and tells him nothing about which addresses have an account.</summary>
public sealed class SignInGuard(TimeProvider clock, IPasswordHasher<Person> hasher)
{
    private readonly AttemptLimit _attempts = new(clock, AttemptLimit.OfPeople);
    private readonly Person _nobody = new();
    private readonly Lazy<string> _hash = new(() => hasher.HashPassword(new Person(), Guid.NewGuid().ToString()));

    /// <returns>How long the client must wait; zero where it may try.</returns>
    public TimeSpan Wait(HttpContext context) => _attempts.Wait(Client(context));

    public void Failed(HttpContext context) => _attempts.Failed(Client(context));

    /// <summary>Takes as long as the check of a password.</summary>
    public void Pretend(string? password) => hasher.VerifyHashedPassword(_nobody, _hash.Value, password ?? string.Empty);

    private static IPAddress Client(HttpContext context) => context.Connection.RemoteIpAddress ?? IPAddress.None;
}
