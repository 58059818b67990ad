using EmailRouting.Storage;

namespace EmailRouting.Tests.MailAuth;

/// <summary>A data directory that goes with the test.</summary>
internal sealed class TemporaryData : IDisposable
{
    public TemporaryData() => Directory.Create();

    public DataDirectory Directory { get; } = new(Path.Combine(Path.GetTempPath(), $"emailrouting-{Guid.NewGuid():N}"));

    public void Dispose() => System.IO.Directory.Delete(Directory.Path, recursive: true);
}
