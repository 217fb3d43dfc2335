using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using k8s;
using k8s.Models;

namespace KubectlGemma.Rendering;

/// <summary>Holds what the operator would make of one GemmaBaseImage.</summary>
/// <param name="Image">As it was read.</param>
/// <param name="Build">
/// The GemmaBuild that it leads to; the base's digest is zeros where only a registry knows it.
/// </param>
/// <param name="Dockerfile">Of the base image.</param>
/// <param name="Objects">Build context, build Job, Deployment, Service and budget.</param>
/// <param name="Notes">What isn't rendered, and why.</param>
internal sealed record Rendered(
    GemmaBaseImage Image,
    GemmaBuild Build,
    string Dockerfile,
    IReadOnlyList<IKubernetesObject<V1ObjectMeta>> Objects,
    IReadOnlyList<string> Notes
)
{
    /// <summary>Gets the object's name.</summary>
    public string Name => Image.Metadata.Name;
}
