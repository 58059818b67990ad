using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace EmailRouting.Web.Account;

/// <summary>Whoever reads the console of a fresh installation may become its owner, and nobody else: the link that is printed there carries this.</summary>
public sealed class SetUpCode
{
    private string? _code;

    /// <summary>Null once there is an owner.</summary>
    public string? Code => Volatile.Read(ref _code);

    public void Open() => Volatile.Write(ref _code, Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(18)));

    public void Close() => Volatile.Write(ref _code, null);

    public bool Fits(string? given) =>
        Code is { } code && given is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(code), Encoding.UTF8.GetBytes(given));
}
