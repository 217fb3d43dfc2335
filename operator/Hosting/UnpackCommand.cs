using System.CommandLine;
using GemmaOperator.Builds.Steps.Scan;
using GemmaOperator.Registry.References;

namespace GemmaOperator.Hosting;

/// <summary>
/// Runs <c>unpack</c>: writes the list of packages that a ConfigMap carries as the file that a scanner reads, if it is
/// the one that the operator meant. It runs in the scan's pod, from the operator's own image.
/// </summary>
internal sealed class UnpackCommand
{
    /// <summary>Names the exit code when there is no such list.</summary>
    public const int NoList = 3;

    private readonly Option<string> _file = new("--file") { Description = "The packed list.", Required = true };

    private readonly Option<string> _digest = new("--digest")
    {
        Description = "SHA-256 of the list, as sha256:HEX.",
        Required = true,
    };

    private readonly Option<string> _output = new("--output") { Description = "Where the list goes.", Required = true };

    public static Command Make()
    {
        var own = new UnpackCommand();
        var command = new Command("unpack", "Unpacks a list of packages for a scanner.")
        {
            own._file,
            own._digest,
            own._output,
        };
        command.SetAction(own.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var path = result.GetValue(_file)!;
        try
        {
            var list = ScanDocument.Unpack(await File.ReadAllTextAsync(path, cancellationToken));
            if (ImageDigest.Of(list).ToString() != result.GetValue(_digest))
            {
                throw new FormatException($"its content isn't {result.GetValue(_digest)}");
            }

            await File.WriteAllBytesAsync(result.GetValue(_output)!, list, cancellationToken);
            return 0;
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"gemma-operator unpack: {path}: {e.Message.ReplaceLineEndings(" ")}");
            return NoList;
        }
    }
}
