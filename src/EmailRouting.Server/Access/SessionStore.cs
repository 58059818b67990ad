using System.Buffers.Text;
using System.Data.Common;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using EmailRouting.Smtp;
using EmailRouting.Storage;
using EmailRouting.Web.Seats;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Server.Access;

/// <summary>Keeps what a sign-in cookie stands for: the cookie is a key, and a session that is revoked is gone at once.</summary>
internal sealed class SessionStore(IDbContextFactory<RulesDb> databases, IDataProtectionProvider protection, IHttpContextAccessor http, TimeProvider clock) : ITicketStore
{
    private const int KeyBytes = 32;
    private const int MaxAgent = 300;
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(14);

    // A write for every request would cost more than most requests do.
    private static readonly TimeSpan NoteSeenEvery = TimeSpan.FromMinutes(1);
    private readonly IDataProtector _seal = protection.CreateProtector("EmailRouting.Session.1");

    public async Task<string> StoreAsync(AuthenticationTicket ticket)
    {
        string key = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(KeyBytes));
        DateTimeOffset now = clock.GetUtcNow();
        Guid id = Guid.CreateVersion7(now);
        ((ClaimsIdentity)ticket.Principal.Identity!).AddClaim(new Claim(SessionClaim.Type, id.ToString("N")));
        await using RulesDb db = await databases.CreateDbContextAsync();
        await db.Sessions.Where(s => s.ExpiresAt < now).ExecuteDeleteAsync();
        Guid person = Guid.Parse(ticket.Principal.FindFirstValue(ClaimTypes.NameIdentifier)!);
        db.Sessions.Add(new SignInSession
        {
            Id = id,
            Digest = Digest(key),
            PersonId = person,
            Ticket = Seal(ticket),
            Address = Client(),
            Agent = Agent(),
            CreatedAt = now,
            SeenAt = now,
            ExpiresAt = ticket.Properties.ExpiresUtc ?? now + Lifetime,
        });
        await db.SaveChangesAsync();
        await db.People.Where(p => p.Id == person).ExecuteUpdateAsync(set => set.SetProperty(p => p.SignedInAt, now));
        return key;
    }

    public async Task RenewAsync(string key, AuthenticationTicket ticket)
    {
        byte[] digest = Digest(key);
        byte[] sealedTicket = Seal(ticket);
        DateTimeOffset expires = ticket.Properties.ExpiresUtc ?? clock.GetUtcNow() + Lifetime;
        await using RulesDb db = await databases.CreateDbContextAsync();
        await db.Sessions.Where(s => s.Digest == digest).ExecuteUpdateAsync(set => set.SetProperty(s => s.Ticket, sealedTicket).SetProperty(s => s.ExpiresAt, expires));
    }

    public async Task<AuthenticationTicket?> RetrieveAsync(string key)
    {
        byte[] digest = Digest(key);
        DateTimeOffset now = clock.GetUtcNow();
        await using RulesDb db = await databases.CreateDbContextAsync();
        SignInSession? session = await db.Sessions.AsNoTracking().SingleOrDefaultAsync(s => s.Digest == digest && s.ExpiresAt > now);
        if (session is null)
        {
            return null;
        }

        if (now - session.SeenAt > NoteSeenEvery)
        {
            await NoteSeenAsync(db, session.Id, now);
        }

        try
        {
            return TicketSerializer.Default.Deserialize(_seal.Unprotect(session.Ticket));
        }
        catch (CryptographicException)
        {
            // The installation's keys were replaced.
            return null;
        }
    }

    public async Task RemoveAsync(string key)
    {
        byte[] digest = Digest(key);
        await using RulesDb db = await databases.CreateDbContextAsync();
        await db.Sessions.Where(s => s.Digest == digest).ExecuteDeleteAsync();
    }

    /// <summary>On a disk that is full the dashboard can still be read: that is when somebody wants to.</summary>
    private async Task NoteSeenAsync(RulesDb db, Guid session, DateTimeOffset now)
    {
        string client = Client();
        try
        {
            await db.Sessions.Where(s => s.Id == session).ExecuteUpdateAsync(set => set.SetProperty(s => s.SeenAt, now).SetProperty(s => s.Address, client));
        }
        catch (DbException)
        {
        }
    }

    private byte[] Seal(AuthenticationTicket ticket) => _seal.Protect(TicketSerializer.Default.Serialize(ticket));

    private static byte[] Digest(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    private string Client() => http.HttpContext?.Connection.RemoteIpAddress?.ToString() ?? string.Empty;

    private string Agent()
    {
        string agent = Printable.Line(http.HttpContext?.Request.Headers.UserAgent.ToString() ?? string.Empty);
        return agent.Length > MaxAgent ? agent[..MaxAgent] : agent;
    }
}
