namespace EmailRouting.Server.Api;

/// <summary>Where a request carries its secret: <c>Authorization: Bearer</c>, or <c>X-Auth-Email</c> with <c>X-Auth-Key</c>.</summary>
internal static class Credentials
{
    /// <param name="request">May carry both; then the first counts.</param>
    /// <param name="secret">Null where there is none.</param>
    /// <returns>The answer to headers that cannot be read; null where they can.</returns>
    public static ApiFailure? Find(HttpRequest request, out string? secret)
    {
        secret = null;
        string authorization = request.Headers.Authorization.ToString();
        if (authorization.Length > 0)
        {
            const string Scheme = "Bearer ";
            if (!authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) || authorization.AsSpan(Scheme.Length).Trim().IsEmpty)
            {
                return ApiErrors.BadAuthorization("Invalid format for Authorization header: it must be 'Bearer' and a token");
            }

            secret = authorization[Scheme.Length..].Trim();
            return null;
        }

        string key = request.Headers["X-Auth-Key"].ToString().Trim();
        if (key.Length == 0)
        {
            return null;
        }

        if (request.Headers["X-Auth-Email"].ToString().Trim().Length == 0)
        {
            return ApiErrors.BadAuthorization("X-Auth-Key goes with X-Auth-Email");
        }

        secret = key;
        return null;
    }
}
