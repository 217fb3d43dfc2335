using System.Text.Json.Serialization;
using k8s;
using k8s.Models;

namespace GemmaOperator.Dashboard.Access;

/// <summary>Asks whose token it is; the library's own type doesn't know its plural.</summary>
[KubernetesEntity(
    Group = "authentication.k8s.io",
    ApiVersion = "v1",
    Kind = "TokenReview",
    PluralName = "tokenreviews"
)]
internal sealed class TokenReview : IKubernetesObject<V1ObjectMeta>
{
    [JsonPropertyName("apiVersion")]
    public string ApiVersion { get; set; } = "";

    [JsonPropertyName("kind")]
    public string Kind { get; set; } = "";

    [JsonPropertyName("metadata")]
    public V1ObjectMeta Metadata { get; set; } = new();

    [JsonPropertyName("spec")]
    public V1TokenReviewSpec? Spec { get; set; }

    [JsonPropertyName("status")]
    public V1TokenReviewStatus? Status { get; set; }
}
