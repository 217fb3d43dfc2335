using System.Text.Json.Serialization;
using k8s;
using k8s.Models;

namespace GemmaOperator.Check;

/// <summary>Asks whether the caller may do something; the library's own type doesn't know its plural.</summary>
[KubernetesEntity(
    Group = "authorization.k8s.io",
    ApiVersion = "v1",
    Kind = "SelfSubjectAccessReview",
    PluralName = "selfsubjectaccessreviews"
)]
internal sealed class SelfAccessReview : IKubernetesObject<V1ObjectMeta>
{
    [JsonPropertyName("apiVersion")]
    public string ApiVersion { get; set; } = "";

    [JsonPropertyName("kind")]
    public string Kind { get; set; } = "";

    [JsonPropertyName("metadata")]
    public V1ObjectMeta Metadata { get; set; } = new();

    [JsonPropertyName("spec")]
    public V1SelfSubjectAccessReviewSpec? Spec { get; set; }

    [JsonPropertyName("status")]
    public V1SubjectAccessReviewStatus? Status { get; set; }
}
