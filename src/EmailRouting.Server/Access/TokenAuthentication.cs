using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Data.Common;
using System.Security.Cryptography;
using EmailRouting.Access;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Server.Access;

/// <summary>Finds the caller behind a secret.</summary>
internal sealed class TokenAuthentication(IDbContextFactory<RulesDb> databases, TimeProvider clock)
{
    // A write for every request would cost more than most requests do.
    private static readonly TimeSpan NoteUseEvery = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<Guid, DateTimeOffset> _noted = new();

    /// <summary>What a secret of ours looks like: <see cref="TokenBook"/> makes 43 characters of base64url.</summary>
    public static bool IsWellFormed(ReadOnlySpan<char> secret) => secret.Length is >= 40 and <= 60 && !secret.ContainsAnyExcept(Alphabet);

    /// <returns>Null where no token that is valid now has this secret.</returns>
    public async Task<Caller?> FindAsync(string secret, CancellationToken cancellation)
    {
        if (!IsWellFormed(secret))
        {
            return null;
        }

        byte[] digest = TokenBook.Digest(secret);
        await using RulesDb db = await databases.CreateDbContextAsync(cancellation);
        Token? token = await db.Tokens.AsNoTracking().SingleOrDefaultAsync(t => t.Digest == digest, cancellation);
        DateTimeOffset now = clock.GetUtcNow();
        if (token is null || !CryptographicOperations.FixedTimeEquals(token.Digest, digest) || token.ExpiresAt <= now)
        {
            return null;
        }

        await NoteUseAsync(db, token.Id, now, cancellation);
        return new Caller(
            $"token {token.Name}",
            token.Id,
            Words(token.Scopes).ToFrozenSet(StringComparer.Ordinal),
            token.Domains.Length == 0 ? null : Words(token.Domains).Select(id => Guid.ParseExact(id, "N")).ToFrozenSet());
    }

    private async Task NoteUseAsync(RulesDb db, Guid token, DateTimeOffset now, CancellationToken cancellation)
    {
        if (_noted.TryGetValue(token, out DateTimeOffset noted) && now - noted < NoteUseEvery)
        {
            return;
        }

        _noted[token] = now;
        try
        {
            await db.Tokens.Where(t => t.Id == token).ExecuteUpdateAsync(set => set.SetProperty(t => t.LastUsedAt, now), cancellation);
        }
        catch (DbException)
        {
            // On a disk that is full the API can still be read.
        }
    }

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static readonly System.Buffers.SearchValues<char> Alphabet =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
}
