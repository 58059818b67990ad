using System.Globalization;
using EmailRouting.Storage;
using EmailRouting.Web.Account;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Identity;

namespace EmailRouting.Server.Access;

/// <summary>Passkeys (WebAuthn): the browser's half of the ceremony is in <c>app.js</c>.</summary>
internal static class Passkeys
{
    private const int MaxName = 100;
    private const int MaxPasskeys = 20;

    public static void MapPasskeys(this WebApplication app)
    {
        RouteGroupBuilder group = app.MapGroup(string.Empty).ExcludeFromDescription();

        // The token comes in a header: the built-in check looks only at forms.
        group.AddEndpointFilter(async (invocation, next) =>
            await invocation.HttpContext.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(invocation.HttpContext)
                ? await next(invocation)
                : Results.Text(Texts.PasskeyPageTooOld, statusCode: StatusCodes.Status400BadRequest));
        group.MapPost("/sign-in/passkey/options", async (SignInManager<Person> signIns) =>
            Results.Text(await signIns.MakePasskeyRequestOptionsAsync(null), "application/json"));
        group.MapPost("/sign-in/passkey", SignInAsync);
        group.MapPost("/you/passkeys/options", OptionsAsync).RequireAuthorization();
        group.MapPost("/you/passkeys", AddAsync).RequireAuthorization();
    }

    private static async Task<IResult> SignInAsync(HttpContext context, PasskeyAnswer answer, SignInManager<Person> signIns, SignInGuard guard)
    {
        if (guard.Wait(context) is { Ticks: > 0 })
        {
            return Results.Text(Texts.TooManyFailures, statusCode: StatusCodes.Status429TooManyRequests);
        }

        Microsoft.AspNetCore.Identity.SignInResult result = await signIns.PasskeySignInAsync(answer.Credential);
        if (result.Succeeded)
        {
            return Results.Ok();
        }

        guard.Failed(context);
        return Results.Text(Texts.PasskeyUnknown, statusCode: StatusCodes.Status401Unauthorized);
    }

    private static async Task<IResult> OptionsAsync(HttpContext context, SignInManager<Person> signIns, UserManager<Person> people)
    {
        if (await people.GetUserAsync(context.User) is not { } person)
        {
            return Results.Unauthorized();
        }

        return Results.Text(
            await signIns.MakePasskeyCreationOptionsAsync(new PasskeyUserEntity { Id = person.Id.ToString(), Name = person.UserName ?? string.Empty, DisplayName = person.UserName ?? string.Empty }),
            "application/json");
    }

    private static async Task<IResult> AddAsync(HttpContext context, PasskeyAnswer answer, SignInManager<Person> signIns, UserManager<Person> people)
    {
        if (await people.GetUserAsync(context.User) is not { } person)
        {
            return Results.Unauthorized();
        }

        if ((await people.GetPasskeysAsync(person)).Count >= MaxPasskeys)
        {
            return Results.Text(string.Format(CultureInfo.CurrentCulture, Texts.PasskeysTooMany, MaxPasskeys), statusCode: StatusCodes.Status400BadRequest);
        }

        PasskeyAttestationResult attestation = await signIns.PerformPasskeyAttestationAsync(answer.Credential);
        if (!attestation.Succeeded)
        {
            return Results.Text(Texts.PasskeyNotVerified, statusCode: StatusCodes.Status400BadRequest);
        }

        string name = answer.Name?.Trim() ?? string.Empty;
        attestation.Passkey.Name = name.Length == 0 ? Texts.PasskeyName : name.Length > MaxName ? name[..MaxName] : name;
        return (await people.AddOrUpdatePasskeyAsync(person, attestation.Passkey)).Succeeded
            ? Results.Ok()
            : Results.Text(Texts.PasskeyNotStored, statusCode: StatusCodes.Status400BadRequest);
    }

    /// <param name="Credential">As the browser gives it, as JSON.</param>
    /// <param name="Name">Of a new one.</param>
    internal sealed record PasskeyAnswer(string Credential, string? Name);
}
