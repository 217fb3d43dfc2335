using System.Text.Json.Nodes;
using k8s;
using k8s.Models;

namespace GemmaOperator.BaseImages.Adoption;

/// <summary>Gives an object of what serves other owners.</summary>
/// <param name="Child">The object, as it was seen.</param>
/// <param name="Patch">A merge patch; it is refused for another object of the same name.</param>
/// <param name="Owns">Whether it goes with the object from then on.</param>
internal sealed record OwnerChange(IKubernetesObject<V1ObjectMeta> Child, JsonObject Patch, bool Owns);
