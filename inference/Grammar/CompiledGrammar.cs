using System.Runtime.InteropServices;

namespace GemmaInference.Grammar;

/// <summary>
/// Says which texts are right, byte by byte, and never leads into a dead end: from each state some text is right. Depth
/// of calls, places of a state and remembered states are bounded, whatever the grammar; where a bound cuts, some right
/// texts aren't reached, and no wrong one is. Belongs to the engine's thread, once built.
/// </summary>
internal sealed class CompiledGrammar
{
    /// <summary>Bounds open calls: a level of JSON takes one at least, and many parsers take 64 levels.</summary>
    public const int MaxDepth = 60;

    private const int MaxPlaces = 256;
    private const int MaxStates = 2048;

    /// <summary>What a new state costs at least, in places looked at.</summary>
    private const int StateWork = 100;

    private readonly GrammarBuilder.Node[] _nodes;
    private readonly int[] _heights;
    private readonly Dictionary<(int To, Frame? Outer), Frame> _frames = [];
    private readonly Dictionary<string, GrammarState> _states = new(StringComparer.Ordinal);
    private int _frameIds;

    public CompiledGrammar(GrammarBuilder.Node[] nodes, int[] heights, int start)
    {
        (_nodes, _heights) = (nodes, heights);
        Start = Close([(start, null)]);
    }

    public GrammarState Start { get; }

    /// <summary>Counts what finding states took so far, in places looked at: some nanoseconds each.</summary>
    public long Work { get; private set; }

    /// <summary>Returns the state after one more byte.</summary>
    public GrammarState Step(GrammarState state, byte value)
    {
        ref var next = ref state.Next(value);
        return next ??= Find(state, value);
    }

    private GrammarState Find(GrammarState state, byte value)
    {
        var reached = new List<(int, Frame?)>();
        foreach (var (node, calls) in state.Places)
        {
            Work += _nodes[node].Edges.Count;
            foreach (var (low, high, to) in _nodes[node].Edges)
            {
                if (low <= value && value <= high && CanEnd(to, calls))
                {
                    reached.Add((to, calls));
                }
            }
        }

        return reached.Count == 0 ? GrammarState.Dead : Close(reached);
    }

    /// <summary>Follows all that needs no byte.</summary>
    private GrammarState Close(List<(int Node, Frame? Calls)> reached)
    {
        var seen = new HashSet<(int, Frame?)>(reached);
        var waiting = new List<(int Node, Frame? Calls)>();
        var (isAccepting, isFree, isOpen) = (false, false, false);
        for (var at = 0; at < reached.Count && waiting.Count < MaxPlaces; at++)
        {
            var (index, calls) = reached[at];
            var node = _nodes[index];
            if (node.Edges.Count > 0)
            {
                waiting.Add((index, calls));
            }

            if (node.IsEnd && calls is null)
            {
                isAccepting = true;
                isFree |= node.IsFree;
                isOpen |= node.IsOpen;
            }
            else if (node.IsEnd)
            {
                Reach(calls!.To, calls.Outer);
            }

            foreach (var to in node.Skips)
            {
                Reach(to, calls);
            }

            foreach (var (rule, to) in node.Calls)
            {
                if (CanEnd(to, calls))
                {
                    Reach(rule, _nodes[to].IsLast ? calls : Open(to, calls));
                }
            }
        }

        Work += StateWork + (4L * reached.Count);
        return Intern(waiting, isAccepting, isFree, isOpen);

        void Reach(int node, Frame? calls)
        {
            if (CanEnd(node, calls) && seen.Add((node, calls)))
            {
                reached.Add((node, calls));
            }
        }
    }

    private bool CanEnd(int node, Frame? calls) =>
        _heights[node] != int.MaxValue && (calls?.Depth ?? 0) + _heights[node] <= MaxDepth;

    private Frame Open(int to, Frame? outer)
    {
        ref var frame = ref CollectionsMarshal.GetValueRefOrAddDefault(_frames, (to, outer), out _);
        return frame ??= new Frame(to, outer, _frameIds++);
    }

    private GrammarState Intern(List<(int Node, Frame? Calls)> places, bool isAccepting, bool isFree, bool isOpen)
    {
        places.Sort(
            (left, right) =>
                left.Node != right.Node
                    ? left.Node.CompareTo(right.Node)
                    : (left.Calls?.Id ?? -1).CompareTo(right.Calls?.Id ?? -1)
        );
        var key = string.Join(' ', places.Select(place => $"{place.Node}:{place.Calls?.Id ?? -1}")) + $" {isAccepting}";
        if (_states.TryGetValue(key, out var known))
        {
            return known;
        }

        if (_states.Count >= MaxStates)
        {
            Forget();
        }

        return _states[key] = new GrammarState([.. places], isAccepting, isFree, isOpen);
    }

    /// <summary>
    /// Forgets all states. What sequences hold lives on; all else is found again when it is needed. Each would hold all
    /// that was ever reached from it, the start everything.
    /// </summary>
    private void Forget()
    {
        foreach (var state in _states.Values)
        {
            state.Unlink();
        }

        Start.Unlink();
        _states.Clear();
        _frames.Clear();
    }
}
