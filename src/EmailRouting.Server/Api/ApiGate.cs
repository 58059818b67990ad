using System.Net;
using EmailRouting.Access;
using EmailRouting.Server.Access;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Server.Api;

/// <summary>What every request to the API passes: an answer in the envelope whatever happens, a known caller, a domain that he may see.</summary>
/// <remarks>
/// The steps stand in their order in <see cref="InvokeAsync"/>. A path that does not exist is told as such to anybody: the paths are no secret, and a client that has mistyped
/// one is not to look for the mistake in its token.
/// </remarks>
internal sealed partial class ApiGate(
    RequestDelegate next, TokenAuthentication tokens, AttemptLimit attempts, RequestLimit requests, IDbContextFactory<RulesDb> databases, Account account, ILogger<ApiGate> logger)
{
    public const string Root = "/client/v4";

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            ApiFailure? refusal = context.GetEndpoint()?.Metadata.GetMetadata<Needs>() is { } needs ? await AdmitAsync(context, needs) : null;
            if (refusal is not null)
            {
                await refusal.ExecuteAsync(context);
                return;
            }

            await next(context);
            if (!context.Response.HasStarted && Unanswered(context) is { } missing)
            {
                await missing.ExecuteAsync(context);
            }
        }
        catch (Exception failure) when (!context.Response.HasStarted && Explain(failure, context) is { } answer)
        {
            context.Response.Clear();
            await answer.ExecuteAsync(context);
        }
    }

    private async Task<ApiFailure?> AdmitAsync(HttpContext context, Needs needs)
    {
        // 1. Who is it? Whoever has guessed wrong too often is not even asked.
        IPAddress client = context.Connection.RemoteIpAddress ?? IPAddress.None;
        if (attempts.Wait(client) is { Ticks: > 0 } pause)
        {
            return ApiErrors.Limited(pause, $"More than {attempts.MaxFailures} failed sign-ins in a minute from this address");
        }

        if (Credentials.Find(context.Request, out string? secret) is { } unreadable)
        {
            return unreadable;
        }

        if (secret is null)
        {
            return ApiErrors.Unauthorized();
        }

        if (await tokens.FindAsync(secret, context.RequestAborted) is not { } caller)
        {
            attempts.Failed(client);
            return ApiErrors.BadToken();
        }

        // 2. Not too often.
        if (requests.Wait(caller.Id) is { Ticks: > 0 } wait)
        {
            return ApiErrors.Limited(wait, "Too many requests with this token; please slow down");
        }

        // 3. May he?
        if (needs.Scope is { } scope && !caller.May(scope))
        {
            return ApiErrors.Forbidden($"this token does not have the scope {scope}");
        }

        context.Features.Set(caller);

        // 4. On what?
        return await FindPlaceAsync(context, caller);
    }

    private async Task<ApiFailure?> FindPlaceAsync(HttpContext context, Caller caller)
    {
        if (context.Request.RouteValues.TryGetValue("account_id", out object? named) && named is string accountId && !IsAccount(accountId))
        {
            return ApiErrors.NoSuchObject(context.Request.Path);
        }

        if (!context.Request.RouteValues.TryGetValue("zone_id", out named) || named is not string zoneId)
        {
            return null;
        }

        Zone? zone = null;
        if (Guid.TryParseExact(zoneId, "N", out Guid id))
        {
            await using RulesDb db = await databases.CreateDbContextAsync(context.RequestAborted);
            zone = await Zone.FindAsync(db, id, context.RequestAborted);
        }

        // To one that is limited to his domains, all others are alike, those that do not exist included.
        if (zone is null ? caller.Domains is not null : !caller.MaySee(zone.Id))
        {
            return ApiErrors.Forbidden("this token does not reach that zone");
        }

        context.Features.Set(zone);
        return zone is null ? ApiErrors.NoSuchObject(context.Request.Path) : null;
    }

    private bool IsAccount(string text) => Guid.TryParseExact(text, "N", out Guid id) && id == account.Id;

    /// <summary>Routing has found nothing, or nothing for this method.</summary>
    private static ApiFailure? Unanswered(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => ApiErrors.NoSuchRoute(),
        StatusCodes.Status405MethodNotAllowed => ApiErrors.WrongMethod(context.Request.Method),
        _ => null,
    };

    /// <summary>An answer for what was thrown; null where nobody is left to answer to.</summary>
    private ApiFailure? Explain(Exception failure, HttpContext context)
    {
        switch (failure)
        {
            case BadRequestException bad:
                return bad.Answer;
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                return ApiErrors.BodyTooLarge(JsonBody.Large);
            case BadHttpRequestException bad:
                return ApiErrors.BadQuery(Shown.Text(bad.Message));
            case OperationCanceledException when context.RequestAborted.IsCancellationRequested:
                return null;
            default:
                Log.Failed(logger, failure, context.Request.Method, Shown.Text(context.Request.Path.ToString()));
                return ApiErrors.Unexpected();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 7001, Level = LogLevel.Error, Message = "{Method} {Path} failed")]
        public static partial void Failed(ILogger logger, Exception failure, string method, string path);
    }
}
