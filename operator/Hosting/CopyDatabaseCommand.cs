using System.CommandLine;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Steps.Scan;

namespace GemmaOperator.Hosting;

/// <summary>
/// Runs <c>copy-database</c>: copies a scanner's database from a volume to where the scanner looks for it. It runs in
/// the scan's pod, from the operator's own image.
/// </summary>
internal sealed class CopyDatabaseCommand
{
    /// <summary>Names the exit code when there is no database to copy.</summary>
    public const int NoDatabase = 3;

    private readonly Option<ScannerKind> _scanner = new("--scanner")
    {
        Description = "Whose database it is.",
        Required = true,
    };

    private readonly Option<string> _from = new("--from") { Description = "Where the volume is.", Required = true };

    private readonly Option<string> _to = new("--to") { Description = "The scanner's folder.", Required = true };

    public static Command Make()
    {
        var own = new CopyDatabaseCommand();
        var command = new Command("copy-database", "Copies a scanner's database out of a volume.")
        {
            own._scanner,
            own._from,
            own._to,
        };
        command.SetAction((result, _) => own.RunAsync(result));
        return command;
    }

    private async Task<int> RunAsync(ParseResult result)
    {
        var from = result.GetValue(_from)!;
        try
        {
            var count = DatabaseWriter.Run(result.GetValue(_scanner), from, result.GetValue(_to)!);
            await Console.Out.WriteLineAsync($"{count} files copied");
            return 0;
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync(
                $"gemma-operator copy-database: {from}: {e.Message.ReplaceLineEndings(" ")}"
            );
            return NoDatabase;
        }
    }
}
