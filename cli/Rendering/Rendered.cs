using k8s;
using k8s.Models;

namespace KubectlGemma.Rendering;

/// <summary>Holds what the operator would make of one GemmaBaseImage.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Dockerfile">Of the base image.</param>
/// <param name="Objects">Build context, build Job, Deployment, Service and budget.</param>
/// <param name="Notes">What isn't rendered, and why.</param>
internal sealed record Rendered(
    string Name,
    string Dockerfile,
    IReadOnlyList<IKubernetesObject<V1ObjectMeta>> Objects,
    IReadOnlyList<string> Notes
);
