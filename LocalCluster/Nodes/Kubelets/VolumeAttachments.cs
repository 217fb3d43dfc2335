namespace LocalCluster.Nodes.Kubelets;

/// <summary>Knows to which node each volume is attached that only one may have, and for which of its pods.</summary>
internal sealed class VolumeAttachments
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (string Node, List<PodName> Pods)> _attached = new(StringComparer.Ordinal);

    /// <summary>Attaches a volume to a node for a pod.</summary>
    /// <returns>The pods that have it on another node; null when it is attached.</returns>
    public IReadOnlyList<PodName>? Attach(string volume, string node, PodName pod)
    {
        lock (_gate)
        {
            if (!_attached.TryGetValue(volume, out var held))
            {
                _attached[volume] = (node, [pod]);
                return null;
            }

            if (held.Node != node)
            {
                return [.. held.Pods];
            }

            held.Pods.Add(pod);
            return null;
        }
    }

    /// <summary>Detaches what only this pod had.</summary>
    public void Release(PodName pod)
    {
        lock (_gate)
        {
            foreach (var (volume, held) in _attached.ToList())
            {
                held.Pods.Remove(pod);
                if (held.Pods.Count == 0)
                {
                    _attached.Remove(volume);
                }
            }
        }
    }
}

/// <summary>Names a pod that was once made.</summary>
internal sealed record PodName(string Namespace, string Name, string Uid);
