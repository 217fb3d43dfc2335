using k8s;
using k8s.Models;
using WatchEventType = GemmaOperator.Runtime.Caching.WatchEventType;

namespace Operator.Tests.Trials.Months.World;

/// <summary>One line of a watch, and when it happened (UTC).</summary>
internal sealed record SimEvent(long Version, DateTime At, WatchEventType Type, IKubernetesObject<V1ObjectMeta> Object);
