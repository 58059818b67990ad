using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using EmailRouting.MailAuth.Keys;
using EmailRouting.Storage;

namespace EmailRouting.MailAuth.Srs;

/// <summary>What our SRS addresses are signed with: the first secret signs, each of them is believed.</summary>
/// <remarks>
/// One printable line for each in <c>keys/srs-secrets</c>, as postsrsd and libsrs2 read theirs: whoever takes over from them, or shares their domain, copies the file.
/// </remarks>
public sealed class SrsSecrets
{
    /// <summary>The current one and the one before it: addresses live shorter than anybody should wait between two rotations.</summary>
    public const int MaxSecrets = 2;

    private const int SecretOctets = 24;
    private const string FileName = "srs-secrets";

    private readonly string? _path;
    private ImmutableArray<byte[]> _secrets;

    private SrsSecrets(string? path, ImmutableArray<byte[]> secrets) => (_path, _secrets) = (path, secrets);

    /// <summary>The newest first; at least one.</summary>
    internal ImmutableArray<byte[]> All => _secrets;

    /// <summary>Secrets that are kept nowhere.</summary>
    public static SrsSecrets Of(params IEnumerable<string> secrets) => new(null, [.. secrets.Select(Encoding.UTF8.GetBytes)]);

    /// <summary>Those of the data directory; the first is made now where there are none.</summary>
    /// <exception cref="IOException">They cannot be read or stored.</exception>
    public static SrsSecrets Load(DataDirectory directory)
    {
        string path = Path.Combine(directory.Keys, FileName);
        ImmutableArray<byte[]> secrets = Read(path);
        if (secrets.IsEmpty)
        {
            PrivateFile.CreateFolder(directory.Keys);
            PrivateFile.TryCreate(path, Encoding.ASCII.GetBytes(NewSecret() + "\n"));
            secrets = Read(path);
        }

        return secrets.IsEmpty ? throw new IOException($"{path} holds no secret") : new SrsSecrets(path, secrets);
    }

    /// <summary>Signs with a new secret from now on. The one before it is still believed, older ones are not.</summary>
    /// <exception cref="IOException">It cannot be stored; nothing has changed.</exception>
    public void Rotate()
    {
        ImmutableArray<byte[]> secrets = [Encoding.ASCII.GetBytes(NewSecret()), .. _secrets.Take(MaxSecrets - 1)];
        if (_path is not null)
        {
            PrivateFile.Replace(_path, [.. secrets.SelectMany(static secret => (byte[])[.. secret, (byte)'\n'])]);
        }

        _secrets = secrets;
    }

    private static ImmutableArray<byte[]> Read(string path) => !File.Exists(path) ? [] :
        [.. File.ReadLines(path).Select(static line => line.Trim()).Where(static line => line.Length > 0).Select(Encoding.UTF8.GetBytes)];

    private static string NewSecret() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(SecretOctets));
}
