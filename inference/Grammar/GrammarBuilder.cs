namespace GemmaInference.Grammar;

/// <summary>
/// Draws a grammar as a graph over bytes: rules are subgraphs that call each other, as the routines of a stack machine
/// do, so that a recursive schema needs no more nodes than a flat one. A rule is named by its first node.
/// </summary>
internal sealed class GrammarBuilder
{
    /// <summary>Bounds the nodes: some hundred properties, or a string of some thousand counted characters.</summary>
    public const int MaxNodes = 20_000;

    private readonly List<Node> _nodes = [];
    private int? _free;

    /// <exception cref="GrammarTooLargeException">There are too many.</exception>
    public int NewNode()
    {
        if (_nodes.Count >= MaxNodes)
        {
            throw new GrammarTooLargeException();
        }

        _nodes.Add(new Node());
        return _nodes.Count - 1;
    }

    /// <summary>Makes a node with which a rule may end.</summary>
    public int NewEnd()
    {
        var node = NewNode();
        _nodes[node].IsEnd = true;
        return node;
    }

    /// <summary>Lets a rule end with a node.</summary>
    public void MarkEnd(int node) => _nodes[node].IsEnd = true;

    /// <summary>Lets every token come at a node, those without text too: nothing is barred, all is followed.</summary>
    public void MarkOpen(int node) => _nodes[node].IsOpen = true;

    /// <summary>Returns the node from which on everything goes, for ever.</summary>
    public int Free()
    {
        if (_free is null)
        {
            _free = NewEnd();
            _nodes[_free.Value].IsFree = true;
            Edge(_free.Value, 0, 255, _free.Value);
        }

        return _free.Value;
    }

    public void Edge(int from, int low, int high, int to) => _nodes[from].Edges.Add(((byte)low, (byte)high, to));

    /// <summary>Goes on without a byte.</summary>
    public void Skip(int from, int to) => _nodes[from].Skips.Add(to);

    /// <summary>Goes through a rule.</summary>
    public void Call(int from, int rule, int to) => _nodes[from].Calls.Add((rule, to));

    /// <summary>Goes through a rule; returns where it goes on.</summary>
    public int Call(int from, int rule)
    {
        var to = NewNode();
        Call(from, rule, to);
        return to;
    }

    /// <summary>Draws a text's bytes; returns where it goes on.</summary>
    public int Literal(int from, string text) => Literal(from, System.Text.Encoding.UTF8.GetBytes(text));

    /// <summary>Draws bytes; returns where it goes on.</summary>
    public int Literal(int from, ReadOnlySpan<byte> text)
    {
        foreach (var part in text)
        {
            var to = NewNode();
            Edge(from, part, part, to);
            from = to;
        }

        return from;
    }

    /// <summary>Draws texts, each of which leads to a node; what they begin with in common is drawn once.</summary>
    public void Literals(int from, IEnumerable<byte[]> texts, int to)
    {
        var drawn = new Dictionary<(int, byte), int>();
        foreach (var text in texts)
        {
            var at = from;
            foreach (var part in text)
            {
                if (!drawn.TryGetValue((at, part), out var next))
                {
                    drawn[(at, part)] = next = NewNode();
                    Edge(at, part, part, next);
                }

                at = next;
            }

            Skip(at, to);
        }
    }

    /// <summary>Returns the grammar; null where no text fits it, or none that ends.</summary>
    public CompiledGrammar? Build(int start)
    {
        var heights = Heights();
        return heights[start] > CompiledGrammar.MaxDepth ? null : new CompiledGrammar([.. _nodes], heights, start);
    }

    /// <summary>
    /// Counts for each node the calls that have to be open at once, at least, before its rule can end: what can't end
    /// within the depth that is left isn't begun.
    /// </summary>
    private int[] Heights()
    {
        var heights = new int[_nodes.Count];
        Array.Fill(heights, int.MaxValue);
        var before = _nodes
            .Index()
            .SelectMany(pair => pair.Item.Leads.Select(to => (From: pair.Index, To: to)))
            .ToLookup(pair => pair.To, pair => pair.From);
        var open = new Queue<int>(Enumerable.Range(0, _nodes.Count).Where(at => _nodes[at].IsEnd));
        foreach (var end in open)
        {
            heights[end] = 0;
        }

        while (open.TryDequeue(out var settled))
        {
            foreach (var at in before[settled])
            {
                var lowest = Height(_nodes[at], heights);
                if (lowest < heights[at])
                {
                    heights[at] = lowest;
                    open.Enqueue(at);
                }
            }
        }

        return heights;
    }

    private static int Height(Node node, int[] heights)
    {
        if (node.IsEnd)
        {
            return 0;
        }

        var lowest = int.MaxValue;
        foreach (var (_, _, to) in node.Edges)
        {
            lowest = Math.Min(lowest, heights[to]);
        }

        foreach (var to in node.Skips)
        {
            lowest = Math.Min(lowest, heights[to]);
        }

        foreach (var (rule, to) in node.Calls)
        {
            if (heights[rule] != int.MaxValue)
            {
                lowest = Math.Min(lowest, Math.Max(heights[rule] + 1, heights[to]));
            }
        }

        return lowest;
    }

    internal sealed class Node
    {
        public List<(byte Low, byte High, int To)> Edges { get; } = [];

        public List<int> Skips { get; } = [];

        public List<(int Rule, int To)> Calls { get; } = [];

        /// <summary>Gets where it leads, by bytes, without one, and through rules.</summary>
        public IEnumerable<int> Leads =>
            Edges
                .Select(edge => edge.To)
                .Concat(Skips)
                .Concat(Calls.SelectMany(call => (int[])[call.Rule, call.To]))
                .Distinct();

        public bool IsEnd { get; set; }

        public bool IsFree { get; set; }

        public bool IsOpen { get; set; }

        /// <summary>Gets whether nothing comes after it: a call that goes on there needs no way back.</summary>
        public bool IsLast => IsEnd && Edges.Count == 0 && Skips.Count == 0 && Calls.Count == 0;
    }
}
