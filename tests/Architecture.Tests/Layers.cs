using Architecture.Tests.Analysis;

namespace Architecture.Tests;

/// <summary>
/// Says which folder may know which, for every project: a folder knows those of the lines above it, never one of its
/// own line or below. "." is the project's own folder.
/// </summary>
internal static class Layers
{
    /// <summary>Gets the lines of each project, the one that all others may know first.</summary>
    public static IReadOnlyDictionary<string, string> Of { get; } =
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["runtime"] = """
                Text
                Contracts Queueing
                Client
                Caching Events Leadership
                Control
                Metrics
                Host
                """,
            ["operator"] = """
                Rules Text Yaml
                Api/Isolation Api/Lines Api/Words
                Api/Access Api/Contents Api/Defaults Api/Engines Api/Patching Api/Requirements Api/Scanning Api/Updates
                Api/Vulnerabilities
                Api/Builds Api/Channels
                Api/Models Api/Notifications Api/Owners Api/Plans Api/Pods Api/Probes Api/Routing Api/Workloads
                Api/BaseImages Registry/References
                Api/Bases
                Api/Validation Tenancy
                Api/Validation/Defaults Api/Validation/Pods
                Api/Validation/Engines Api/Validation/Notifications Api/Validation/Routing
                Cluster/Comparison Egress
                Cluster/Authenticity
                Cluster Hub Notifications
                Cluster/Faults Cluster/Gateways Cluster/Gpus Cluster/Pods
                Registry/Answers
                Registry/Manifests
                Registry/Access
                Registry/Identities
                Registry/Client
                Check Owners Registry/Push Registry/Referrers Registry/Staging
                Builds Builds/Contents Builds/Failures
                Builds/Contents/Layers
                Builds/Inputs/Access Builds/Inputs/Pip Builds/Inputs/Scanners Builds/Inputs/Updates
                Builds/Inputs/Cooldowns Builds/Inputs/Locks
                Builds/Inputs
                Builds/Inputs/Patches
                Builds/PodSettings
                Builds/Steps
                Builds/Steps/Assemble Builds/Steps/Jobs Builds/Steps/Promote
                Builds/Steps/Contents
                Builds/Steps/Reuse
                Builds/Steps/Cancel Builds/Steps/Kaniko Builds/Steps/Proof
                Builds/Steps/Approval Builds/Steps/Scan Builds/Steps/Verify
                Builds/Steps/Platforms
                Builds/Queue Builds/Rendering
                BaseImages/Defaults BaseImages/Engines BaseImages/Models BaseImages/ServedPods
                BaseImages/Workloads
                BaseImages/Revisions
                BaseImages/Facts
                BaseImages/Adoption
                BaseImages/Probe BaseImages/Routing BaseImages/Vulnerabilities BaseImages/Weights
                BaseImages/Cost BaseImages/Freshness/Schedule BaseImages/Preflight
                BaseImages/Freshness
                BaseImages/Channels
                BaseImages/Serving
                BaseImages/Lines
                BaseImages/Forecasts BaseImages/Notifications BaseImages/Retention BaseImages/Upgrade
                BaseImages/Status
                Metrics
                Builds/Reconcile
                BaseImages/Reconcile
                Dashboard/Access Dashboard/Markup
                Dashboard/Facts
                Dashboard/Pages
                Dashboard
                Hosting/Dashboards Hosting/Staging Tracing
                Hosting
                .
                """,
            ["inference"] = """
                Native Fetch/Failures
                Image Torch Fetch/Files Fetch/Transport Model/Fields
                Torch/Graphs Torch/Pages Model/Matrices Model/Packed Model/Rope
                Model/Mixture Model/Pages
                Model
                Model/Embedding Text Fetch/Download Engine/Drawing
                Engine/Embedding Grammar Engine/Graphs Text/Templates Grammar/Patterns
                Engine/Memory
                Engine Grammar/Json Fetch/Hub Fetch/Oci Api/Access Api/Calls
                Api/Requests
                Api/Tracing
                Api Fetch
                .
                """,
            ["LocalCluster"] = """
                Errors Json Nodes
                Protobuf Quotas Rules
                Builtin Images Nodes/Client Schema Storage
                Access Discovery Nodes/Controllers Nodes/Kubelets Patching
                Requests Tables
                Hooks Reads
                Writes
                Garbage Http
                .
                """,
            ["samples/standins"] = """
                Hub Processes
                Kaniko
                .
                """,
            ["samples/quickstart"] = """
                Containers Manifests Terminal
                World
                Story
                .
                """,
            ["benchmarks"] = """
                Harness
                Assemble Cli Fetch Inference Patches Schedules
                Fleet
                .
                """,
            ["benchmarks/llama"] = """
                Gguf
                Models
                Sides
                .
                """,
            ["cli"] = """
                Output
                Cluster Output/JsonPath
                Output/Data
                Facts
                Images Rendering
                Planning
                Local/Engines
                Local
                Views
                Acting Bundle Ui
                Commands
                .
                """,
        };

    /// <summary>
    /// Gets the arrows between folders that go against the lines still: from, to. The list only shrinks; an arrow
    /// that is gone goes from it.
    /// </summary>
    public static IReadOnlyList<(string Project, string From, string To)> Left { get; } = [];

    /// <summary>
    /// Gets what the lines would allow and isn't wanted: what is said of foreign objects knows no registry, and the
    /// steps of a build don't know each other.
    /// </summary>
    public static IReadOnlyList<(string Project, string From, string To)> Never { get; } =
    [("operator", "Cluster", "Registry"), ("operator", "Builds", "BaseImages"), ("operator", "Api", "Cluster")];

    /// <summary>Gets which of the other projects each may know; a new one needs a place here.</summary>
    public static IReadOnlyDictionary<string, string[]> Projects { get; } =
        new Dictionary<string, string[]>(StringComparer.Ordinal)
        {
            ["runtime"] = [],
            ["inference"] = [],
            ["LocalCluster"] = [],
            ["operator"] = ["runtime"],
            ["cli"] = ["operator", "runtime"],
            ["samples/standins"] = ["LocalCluster"],
            ["samples/quickstart"] = ["cli", "operator", "runtime", "LocalCluster", "samples/standins"],
            ["benchmarks"] = ["operator", "runtime", "LocalCluster", "inference", "samples/standins"],
            ["benchmarks/llama"] = ["inference"],
        };

    /// <summary>Tells whether an arrow is one of those that are left.</summary>
    public static bool IsLeft(string project, Edge edge) => Left.Contains((project, edge.FromFolder, edge.ToFolder));

    /// <summary>Gives the place of each folder, counted from the line that all may know.</summary>
    public static IReadOnlyDictionary<string, int> Places(string project) =>
        Of[project]
            .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .SelectMany((line, place) => line.Split(' ').Select(folder => (folder, place)))
            .ToDictionary(p => p.folder, p => p.place, StringComparer.Ordinal);
}
