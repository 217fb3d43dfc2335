using System.Security.Cryptography;
using System.Text;

namespace GemmaInference.Grammar.Json;

/// <summary>Remembers the grammars that were used last, as most requests send the same schema. Thread-safe.</summary>
internal sealed class GrammarCache
{
    /// <summary>Bounds what is remembered: each may have grown to some megabytes.</summary>
    private const int Most = 8;

    private readonly Lock _gate = new();
    private readonly LinkedList<(string Key, CompiledGrammar Grammar)> _recent = [];

    /// <param name="key">All that the grammar is made of.</param>
    /// <exception cref="SchemaException">A schema can't be compiled.</exception>
    public CompiledGrammar Get(string key, Func<CompiledGrammar> compile)
    {
        key = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
        lock (_gate)
        {
            for (var node = _recent.First; node is not null; node = node.Next)
            {
                if (node.Value.Key == key)
                {
                    _recent.Remove(node);
                    _recent.AddFirst(node);
                    return node.Value.Grammar;
                }
            }
        }

        var grammar = compile();
        lock (_gate)
        {
            _recent.AddFirst((key, grammar));
            if (_recent.Count > Most)
            {
                _recent.RemoveLast();
            }
        }

        return grammar;
    }
}
