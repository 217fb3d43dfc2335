using System.Globalization;

namespace GemmaOperator.Api.Lines;

/// <summary>
/// Holds what this release knows of CUDA: the oldest driver for each major version, and which GPUs PyTorch's binaries
/// were compiled for: <c>cuda-lines.txt</c>.
/// </summary>
internal sealed class CudaLines
{
    private const string File = "cuda-lines.txt";

    private static readonly Lazy<CudaLines> Read = new(() =>
    {
        using var stream =
            typeof(CudaLines).Assembly.GetManifestResourceStream(File)
            ?? throw new InvalidOperationException($"{File} isn't in the assembly");
        using var reader = new StreamReader(stream);
        return Parse(reader.ReadToEnd());
    });

    private readonly IReadOnlyDictionary<int, DriverVersion> _drivers;
    private readonly IReadOnlyList<CompiledFor> _compiled;

    private CudaLines(IReadOnlyDictionary<int, DriverVersion> drivers, IReadOnlyList<CompiledFor> compiled) =>
        (_drivers, _compiled) = (drivers, compiled);

    /// <summary>Gets what this release knows.</summary>
    public static CudaLines Shipped => Read.Value;

    /// <summary>
    /// Returns the oldest driver on which programs of a major version run, whatever its minor; null when it isn't
    /// known.
    /// </summary>
    public DriverVersion? DriverFor(int major) => _drivers.GetValueOrDefault(major);

    /// <summary>Returns what binaries were compiled for; null when that isn't known.</summary>
    public CompiledFor? CompiledFor(string line, string cuda, string architecture) =>
        _compiled.FirstOrDefault(c => c.Line == line && c.Cuda == cuda && c.Architecture == architecture);

    /// <summary>Reads the file's text.</summary>
    /// <exception cref="FormatException">It isn't such a text; the message has the line.</exception>
    public static CudaLines Parse(string text)
    {
        var drivers = new Dictionary<int, DriverVersion>();
        var compiled = new List<CompiledFor>();
        foreach (var line in text.Split('\n').Select(l => l.Trim()).Where(l => l.Length > 0 && l[0] != '#'))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var isRead = words switch
            {
                ["driver", var major, var least]
                    when int.TryParse(major, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                        && DriverVersion.Parse(least) is { } version => drivers.TryAdd(number, version),
                ["gpus", var name, var cuda, var architecture, _, ..] => Compiled(name, cuda, architecture, words[4..])
                    is { } found
                    && Add(found),
                _ => false,
            };
            if (!isRead)
            {
                throw new FormatException($"{File}: \"{line}\" is neither a driver nor a line of GPUs, or comes twice");
            }
        }

        return new CudaLines(drivers, compiled);

        bool Add(CompiledFor found)
        {
            var isNew = !compiled.Exists(c =>
                (c.Line, c.Cuda, c.Architecture) == (found.Line, found.Cuda, found.Architecture)
            );
            compiled.Add(found);
            return isNew;
        }
    }

    /// <summary>Reads capabilities, the last of which may have a plus: it is kept as PTX as well.</summary>
    private static CompiledFor? Compiled(string line, string cuda, string architecture, string[] gpus)
    {
        var all = gpus.Select(g => ComputeCapability.Parse(g.TrimEnd('+'))).ToList();
        return all.Contains(null)
            ? null
            : new CompiledFor(
                line,
                cuda,
                architecture,
                [.. all.Select(g => g!.Value)],
                gpus[^1][^1] == '+' ? all[^1] : null
            );
    }
}
