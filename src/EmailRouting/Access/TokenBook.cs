using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Access;

/// <summary>Makes and revokes keys to the API. Only digests are kept: who reads the database cannot sign in with it.</summary>
public sealed class TokenBook(IDbContextFactory<RulesDb> databases, TimeProvider clock)
{
    // 43 characters of base64url: no scanner of secrets, header or shell takes offence at them.
    private const int SecretBytes = 32;

    public static byte[] Digest(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    /// <param name="name">What it is for.</param>
    /// <param name="scopes">Of <see cref="Scope"/>; none is everything.</param>
    /// <param name="domains">The only ones it reaches; none is all of them.</param>
    /// <param name="expiresAt">Null: never.</param>
    /// <param name="cancellation">Gives up before the commit.</param>
    /// <returns>Null where a token has that name.</returns>
    public async Task<NewToken?> CreateAsync(
        string name, IEnumerable<string> scopes, IEnumerable<Guid> domains, DateTimeOffset? expiresAt, CancellationToken cancellation)
    {
        await using RulesDb db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (await db.Tokens.AnyAsync(t => t.Name == name, cancellation))
        {
            return null;
        }

        DateTimeOffset now = clock.GetUtcNow();
        var created = new NewToken(Guid.CreateVersion7(now), Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes)));
        db.Tokens.Add(new Token
        {
            Id = created.Id,
            Name = name,
            Digest = Digest(created.Secret),
            Scopes = string.Join(' ', scopes),
            Domains = string.Join(' ', domains.Select(id => id.ToString("N"))),
            ExpiresAt = expiresAt,
            CreatedAt = now,
        });
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return created;
    }

    /// <param name="reference">Name or id.</param>
    /// <param name="cancellation">Gives up before the commit.</param>
    /// <returns>Null where there is no such token.</returns>
    public async Task<Guid?> RevokeAsync(string reference, CancellationToken cancellation)
    {
        await using RulesDb db = await databases.CreateDbContextAsync(cancellation);
        Guid? written = Guid.TryParse(reference, out Guid parsed) ? parsed : null;
        Token? token = await db.Tokens.SingleOrDefaultAsync(t => t.Name == reference, cancellation)
            ?? await db.Tokens.SingleOrDefaultAsync(t => t.Id == written, cancellation);
        if (token is null)
        {
            return null;
        }

        db.Tokens.Remove(token);
        await db.SaveChangesAsync(cancellation);
        return token.Id;
    }
}
