using System.Collections.Immutable;
using System.Text;
using EmailRouting.Access;
using EmailRouting.Rules;
using EmailRouting.Rules.Transfer;
using EmailRouting.Server.Api.Documentation;

namespace EmailRouting.Server.Api;

/// <summary>Everything out as one document, and in again; and in from elsewhere.</summary>
internal static class TransferEndpoints
{
    public static void MapTransfer(this RouteGroupBuilder account)
    {
        account.MapGet("/email/routing/export", ExportAsync).Needs(Scope.SettingsRead).Documented(TransferDocs.Export);
        account.MapPost("/email/routing/import", ImportAsync).Needs(Scope.SettingsEdit).Documented(TransferDocs.Import);
    }

    private static async Task<IResult> ExportAsync(HttpRequest request, Caller caller, Exporter exporter, CancellationToken cancellation)
    {
        bool isCsv = QueryWord.Of(request.Query, "format", "json", "json", "csv") == "csv";
        if (caller.MissingToExport() is { } scope)
        {
            return ApiErrors.Forbidden($"an export takes the scope {scope} too");
        }

        TransferDocument document = await exporter.ExportAsync(caller.Domains, cancellation);
        return isCsv ? Results.Text(CsvExport.ToCsv(document), "text/csv", Encoding.UTF8) : Answer.Ok(document);
    }

    private static async Task<IResult> ImportAsync(HttpRequest request, Caller caller, RuleBook book, CancellationToken cancellation)
    {
        if (caller.MissingToImport() is { } scope)
        {
            return ApiErrors.Forbidden($"an import takes the scope {scope} too");
        }

        if (caller.Domains is not null)
        {
            return ApiErrors.Forbidden("this token is limited to its domains, and an import may add others");
        }

        TransferFormat format = Enum.Parse<TransferFormat>(QueryWord.Of(request.Query, "format", "auto", "auto", "emailrouting", "cloudflare", "postfix", "csv"), ignoreCase: true);
        bool isDryRun = QueryWord.Flag(request.Query, "dry_run") ?? false;
        bool isVouched = QueryWord.Flag(request.Query, "verified") ?? false;
        string? domain = request.Query["domain"].ToString() is { Length: > 0 } name ? name : null;
        TransferReading reading = TransferReader.Read(await TextAsync(request), format, domain);

        if (reading.Document.Vouches(isVouched) && !caller.May(Scope.AddressesVerify))
        {
            return ApiErrors.Forbidden($"to bring in verified addresses takes the scope {Scope.AddressesVerify}");
        }

        if (reading.Document is null || !reading.Problems.IsEmpty)
        {
            return Refused(reading.Problems);
        }

        ImportReport report = await book.As(caller.Actor).ImportAsync(reading.Document, isVouched, isDryRun, cancellation);
        return report.Problems.IsEmpty ? Answer.Ok(report) : Refused(report.Problems);
    }

    private static ApiFailure Refused(ImmutableArray<string> problems) =>
        ApiErrors.Invalid([.. problems.Take(100).Select(problem => new ApiError(ApiErrors.InvalidInput, $"Invalid Input: {problem}"))]);

    private static async Task<string> TextAsync(HttpRequest request)
    {
        ReadOnlyMemory<byte> body = await JsonBody.ReadBytesAsync(request, JsonBody.Large);
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(body.Span);
        }
        catch (DecoderFallbackException)
        {
            throw new BadRequestException(ApiErrors.BadQuery("the file is not UTF-8 text"));
        }
    }
}
