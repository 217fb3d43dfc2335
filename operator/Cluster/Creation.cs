using k8s;
using k8s.Models;

namespace GemmaOperator.Cluster;

/// <summary>Says what came of creating an object: it is there, or its name is taken.</summary>
/// <param name="Object">As the API server has it; null when the name is taken.</param>
/// <param name="Taken">Who has the name; null when nobody else has.</param>
internal sealed record Creation<T>(T? Object, NameTaken? Taken)
    where T : class, IKubernetesObject<V1ObjectMeta>;
