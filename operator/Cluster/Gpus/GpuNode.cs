using System.Runtime.InteropServices;
using GemmaOperator.Api.Lines;
using k8s.Models;

namespace GemmaOperator.Cluster.Gpus;

/// <summary>
/// Holds a node that has GPUs of NVIDIA's, and what the labels of NVIDIA's GPU feature discovery say of it. What can't
/// be read counts as not said.
/// </summary>
internal sealed class GpuNode
{
    private const string Vendor = "nvidia.com/";

    private GpuNode(V1Node node, Labels said)
    {
        Node = node;
        Driver = said.Driver;
        Cuda = said.Cuda;
        Gpu = said.Gpu;
        Unreadable = said.Unreadable;
    }

    /// <summary>Gets the node, with what placing a pod asks of it and nothing else.</summary>
    public V1Node Node { get; }

    /// <summary>Gets its name.</summary>
    public string Name => Node.Metadata.Name;

    /// <summary>Gets its driver; null when it isn't said.</summary>
    public DriverVersion? Driver { get; }

    /// <summary>Gets the newest CUDA that the driver was made for; null when it isn't said.</summary>
    public Version? Cuda { get; }

    /// <summary>Gets what its GPUs can do; null when it isn't said.</summary>
    public ComputeCapability? Gpu { get; }

    /// <summary>Gets the first label whose value isn't what it should be; null when all are.</summary>
    public string? Unreadable { get; }

    /// <summary>Gets the architecture of its processors, as amd64; empty when it isn't said.</summary>
    public string Architecture =>
        Node.Metadata.Labels?.TryGetValue("kubernetes.io/arch", out var arch) == true ? arch : "";

    /// <summary>Gets whether it says what CUDA it runs.</summary>
    public bool TellsDriver => Driver is not null || Cuda is not null;

    /// <summary>Reads a node; null when it has no such GPUs.</summary>
    public static GpuNode? Read(V1Node node)
    {
        var labels = node.Metadata.Labels ?? new Dictionary<string, string>(StringComparer.Ordinal);
        var allocatable = node.Status?.Allocatable ?? new Dictionary<string, ResourceQuantity>(StringComparer.Ordinal);
        // Others' count, too: pods may ask for a network card beside the GPU.
        var devices = allocatable
            .Where(a => a.Key.Contains('/', StringComparison.Ordinal))
            .ToDictionary(StringComparer.Ordinal);
        return !devices.Keys.Any(IsOfVendor) && !labels.Keys.Any(IsOfVendor)
            ? null
            : new GpuNode(
                new V1Node
                {
                    Metadata = new V1ObjectMeta { Name = node.Metadata.Name, Labels = labels },
                    Spec = new V1NodeSpec { Taints = [.. (node.Spec?.Taints ?? []).Where(t => !IsOfState(t))] },
                    Status = new V1NodeStatus { Allocatable = devices },
                },
                Labels.Read(labels)
            );
    }

    /// <summary>Tells whether a taint says how a node does, as cordoned, or not ready: that passes.</summary>
    private static bool IsOfState(V1Taint taint) =>
        taint.Key?.StartsWith("node.kubernetes.io/", StringComparison.Ordinal) == true;

    /// <summary>Tells whether a resource or label is of this vendor.</summary>
    public static bool IsOfVendor(string name) => name.StartsWith(Vendor, StringComparison.Ordinal);

    /// <summary>Returns it as people are told of it.</summary>
    public override string ToString()
    {
        string?[] said =
        [
            Driver is null ? null : $"driver {Driver}",
            Cuda is null ? null : $"CUDA up to {Cuda}",
            Gpu is null ? null : $"compute capability {Gpu}",
            Unreadable is null ? null : $"its label {Unreadable} can't be read",
        ];
        return said.OfType<string>().ToList() is { Count: > 0 } words
            ? $"{Name} ({string.Join(", ", words)})"
            : $"{Name} (it has no label of its driver)";
    }

    /// <summary>
    /// Holds the labels of GPU feature discovery: those of now (cuda.driver-version, cuda.runtime-version), or else
    /// those of before.
    /// </summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Labels(
        DriverVersion? Driver,
        Version? Cuda,
        ComputeCapability? Gpu,
        string? Unreadable
    )
    {
        public static Labels Read(IDictionary<string, string> labels)
        {
            string? unreadable = null;
            var driver =
                First("cuda.driver-version.full", DriverVersion.Parse)
                ?? Joined(["cuda.driver-version.major", "cuda.driver-version.minor", "cuda.driver-version.revision"])
                ?? Joined(["cuda.driver.major", "cuda.driver.minor", "cuda.driver.rev"]);
            var cuda =
                First("cuda.runtime-version.full", CudaOf)
                ?? Paired("cuda.runtime-version.major", "cuda.runtime-version.minor", CudaOf)
                ?? Paired("cuda.runtime.major", "cuda.runtime.minor", CudaOf);
            var pair = Pair("gpu.compute.major", "gpu.compute.minor");
            var gpu = ComputeCapability.Parse(pair);
            if (pair is not null && gpu is null)
            {
                unreadable ??= $"{Vendor}gpu.compute.major";
            }

            return new Labels(driver, cuda, gpu, unreadable);

            string? Value(string label) => labels.TryGetValue(Vendor + label, out var value) ? value : null;

            T? First<T>(string label, Func<string?, T?> read)
                where T : class => Noted(label, Value(label), read);

            T? Paired<T>(string major, string minor, Func<string?, T?> read)
                where T : class => Noted(major, Pair(major, minor), read);

            string? Pair(string major, string minor) =>
                (Value(major), Value(minor)) is ({ } first, { } second) ? $"{first}.{second}" : null;

            T? Noted<T>(string label, string? text, Func<string?, T?> read)
                where T : class
            {
                var found = read(text);
                if (text is not null && found is null)
                {
                    unreadable ??= Vendor + label;
                }

                return found;
            }

            DriverVersion? Joined(string[] parts)
            {
                var values = parts.Select(Value).TakeWhile(v => v is { Length: > 0 }).ToList();
                var found = values.Count == 0 ? null : DriverVersion.Parse(string.Join('.', values));
                if (values.Count > 0 && found is null)
                {
                    unreadable ??= Vendor + parts[0];
                }

                return found;
            }
        }

        /// <summary>Two numbers count: a third, which some have, is of the toolkit.</summary>
        private static Version? CudaOf(string? text) =>
            DriverVersion.Parse(text) is not null && Version.TryParse(text, out var version)
                ? new Version(version.Major, version.Minor)
                : null;
    }
}
