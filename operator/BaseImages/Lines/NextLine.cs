using GemmaOperator.Api.Lines;
using GemmaOperator.Builds.Steps.Assemble;
using GemmaOperator.Cluster.Gpus;
using GemmaOperator.Text;

namespace GemmaOperator.BaseImages.Lines;

/// <summary>Decides which line of PyTorch to go to, with which CUDA, given the server and the nodes.</summary>
internal static class NextLine
{
    /// <summary>
    /// Returns a sentence that names the newest line that fits, or says what keeps the newest from it; empty when
    /// nothing is known that it must fit, or there is no such line.
    /// </summary>
    /// <param name="lines">What is known of lines.</param>
    /// <param name="after">The declared version, for a newer line; null for any.</param>
    /// <param name="cuda">The declared CUDA, which is kept where that is possible, or else its major.</param>
    /// <param name="needs">What it must fit.</param>
    public static string Sentence(PytorchLines lines, Version? after, string cuda, LineNeeds needs)
    {
        var pairs = lines
            .All.Reverse()
            .Where(line => after is null || lines.Of(after) is not { } own || line.Newest > own.Newest)
            .SelectMany(line => Preferred(line, cuda).Select(c => (Line: line, Cuda: c)))
            .ToList();
        if (pairs.Count == 0 || !needs.AreKnown)
        {
            return "";
        }

        var forServer = pairs.Where(p => needs.IsForServer(p.Line.Newest)).ToList();
        if (forServer.Count == 0)
        {
            return $"No such line fits the server image, whose label {ServerCompatibility.Label} says "
                + $"{Quoted.Of(needs.Server)}: it takes one that is for {pairs[0].Line.Name}";
        }

        var fitting = forServer.Find(p => needs.Nodes.Count == 0 || needs.FitOf(p.Line.Name, p.Cuda).IsGood);
        return fitting is { Line: { } line, Cuda: var found }
            ? $"PyTorch {line.Newest} with CUDA {found} fits {Fitted(needs, line, found)}: name it in spec.base, where "
                + "your registry has its image"
            : $"No such line fits the nodes: {Lacking(forServer[0].Line, cuda, needs)}";
    }

    /// <summary>Returns what drivers a CUDA takes, for people; null when it isn't known.</summary>
    public static string? DriverFor(string cuda, CudaLines data) =>
        Version.TryParse(cuda, out var version) && data.DriverFor(version.Major) is { } oldest
            ? $"driver {oldest} or newer"
            : null;

    /// <summary>Returns the CUDA of a line: the declared one first, then those of its major, newest first.</summary>
    private static IEnumerable<string> Preferred(PytorchLine line, string cuda)
    {
        var declared = Version.TryParse(cuda, out var parsed) ? parsed : new Version(0, 0);
        return line
            .Cuda.Select(c => (Text: c, Version: Version.TryParse(c, out var version) ? version : new Version(0, 0)))
            .OrderByDescending(c => (c.Version.Major, c.Version.Minor) == (declared.Major, declared.Minor))
            .ThenByDescending(c => c.Version.Major == declared.Major)
            .ThenByDescending(c => c.Version)
            .Select(c => c.Text);
    }

    private static string Fitted(LineNeeds needs, PytorchLine line, string cuda)
    {
        var parts = new List<string>();
        if (needs.KnowsServer)
        {
            parts.Add($"the server (libtorch {Quoted.Of(needs.Server)})");
        }

        if (needs.Nodes.Count > 0)
        {
            var fit = needs.FitOf(line.Name, cuda);
            parts.Add(
                (fit.Known.Count == 1 ? "the driver of node " : $"the drivers of {fit.Known.Count} nodes, ")
                    + NodeFit.Words(fit.Known)
            );
        }

        return string.Join(" and ", parts)
            + (
                needs.KnowsServer || !needs.HasServer
                    ? ""
                    : $"; its server must run on it, as its label {ServerCompatibility.Label} says"
            )
            + (needs.Silent.Count > 0 ? $"; unknown: {NodeFit.Words(needs.Silent)}" : "");
    }

    /// <summary>Says what the least demanding CUDA of a line asks that a node doesn't have.</summary>
    private static string Lacking(PytorchLine line, string cuda, LineNeeds needs)
    {
        var (least, fit) = Preferred(line, cuda)
            .Select(c => (Cuda: c, Fit: needs.FitOf(line.Name, c)))
            .MinBy(c => c.Fit.OldDrivers.Count + c.Fit.OtherGpus.Count);
        return fit switch
        {
            { OldDrivers: { Count: > 0 } old } => $"CUDA {least} of PyTorch {line.Newest} takes "
                + $"{DriverFor(least, needs.Data)}, and older is that of {NodeFit.Words(old)}; update it there",
            { OtherGpus: { Count: > 0 } others } =>
                $"PyTorch {line.Newest} for CUDA {least} has nothing for the GPUs of "
                    + $"{NodeFit.Words(others)}; keep the pods off there by spec.rollout.server.nodeSelector",
            _ => $"which drivers CUDA {least} of PyTorch {line.Newest} takes isn't known to this operator",
        };
    }
}
