using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Engines;
using GemmaOperator.Api.Words;

namespace GemmaOperator.Api.Validation.Engines;

/// <summary>
/// Says which Python modules an engine needs in the base, so that each candidate proves that it has them.
/// </summary>
internal static class EngineModules
{
    /// <summary>Names the engine's own module and package.</summary>
    public const string Vllm = "vllm";

    /// <summary>Names the module that fetches weights where the base isn't given a server that can.</summary>
    public const string Hub = "huggingface_hub";

    /// <summary>Returns the modules that must import: those asked for, and those that the engine needs.</summary>
    public static IReadOnlyList<string> WithThose(IReadOnlyList<string> asked, GemmaBaseImageSpec spec)
    {
        var server = spec.Rollout.Server;
        return spec.Rollout.Mode != RolloutMode.Managed || server.Engine == ServerEngine.Builtin
            ? asked
            :
            [
                .. asked
                    .Concat(server.Engine == ServerEngine.VLLM ? [Vllm] : [])
                    .Concat(server.Model.Hub is not null ? [Hub] : [])
                    .Distinct(StringComparer.Ordinal),
            ];
    }

    /// <summary>Returns what brings a module that an engine needs; null for others.</summary>
    public static string? Remedy(string module) =>
        module switch
        {
            Vllm => "Add vllm to spec.requirements, or to the Dockerfile: rollout.server.engine VLLM starts it.",
            Hub => "Add huggingface_hub to spec.requirements, or to the Dockerfile: it fetches "
                + "rollout.server.model.hub for this engine.",
            _ => null,
        };
}
