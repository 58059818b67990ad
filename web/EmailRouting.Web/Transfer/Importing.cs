using System.Text;
using EmailRouting.Access;
using EmailRouting.Rules;
using EmailRouting.Rules.Transfer;
using EmailRouting.Web.Seats;

namespace EmailRouting.Web.Transfer;

/// <summary>Brings a file in that somebody has chosen or pasted.</summary>
public sealed class Importing(Seat seat, RuleBook rules)
{
    /// <summary>Octets; what the API takes at once too.</summary>
    public const long MaxFile = 64 * 1024 * 1024;

    /// <param name="open">Opens it; takes the greatest length.</param>
    /// <param name="length">That it says it has.</param>
    public async Task<(string? Text, string? Problem)> ReadAsync(Func<long, Task<Stream>> open, long length)
    {
        await AskAsync();
        if (length > MaxFile)
        {
            return (null, Texts.TooLong);
        }

        try
        {
            await using Stream stream = await open(MaxFile);
            using var reader = new StreamReader(stream, new UTF8Encoding(false, throwOnInvalidBytes: true));
            return (await reader.ReadToEndAsync(), null);
        }
        catch (DecoderFallbackException)
        {
            return (null, Texts.NotText);
        }
    }

    /// <inheritdoc cref="ReadAsync(Func{long, Task{Stream}}, long)"/>
    public Task<(string? Text, string? Problem)> ReadAsync(Func<long, CancellationToken, Stream> open, long length) =>
        ReadAsync(max => Task.FromResult(open(max, CancellationToken.None)), length);

    /// <returns>A report, where it could be read at all; with problems in it nothing is brought in.</returns>
    public async Task<(ImportReport? Report, bool BringsSettings, string? Problem)> RunAsync(string text, TransferFormat format, string? domain, bool isVouched, bool dryRun)
    {
        Caller caller = await AskAsync();
        TransferReading reading = TransferReader.Read(text, format, domain);
        if (reading.Document is null || !reading.Problems.IsEmpty)
        {
            return (new ImportReport(false, [], [], 0, 0, [], [], reading.Problems), false, null);
        }

        if (reading.Document.Vouches(isVouched) && !caller.May(Scope.AddressesVerify))
        {
            return (null, false, Texts.MayNotVouch);
        }

        return (await rules.As(caller.Actor).ImportAsync(reading.Document, isVouched, dryRun, CancellationToken.None), reading.Document.BringsSettings(), null);
    }

    private async Task<Caller> AskAsync()
    {
        Caller caller = await seat.AskAsync(Scope.SettingsEdit);
        return caller.MissingToImport() is null && caller.Domains is null ? caller : throw new DeniedException();
    }
}
