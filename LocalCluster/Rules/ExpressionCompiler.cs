using System.Text.Json.Nodes;
using Antlr4.Runtime;
using LocalCluster.Json;
using static Cel.Internal.CelParser;

namespace LocalCluster.Rules;

/// <summary>
/// Makes of an expression's parse tree something that runs as cel-go does: an operand of <c>&amp;&amp;</c> or
/// <c>||</c> that fails doesn't count when the other decides, fields that aren't there are errors, and names are
/// checked against the schema before anything runs. What a value's type allows is found out when it runs.
/// </summary>
internal sealed class ExpressionCompiler(string source, IReadOnlyDictionary<string, JsonObject?> variables)
{
    private readonly List<(string Name, JsonObject? Schema)> _known = [.. variables.Select(v => (v.Key, v.Value))];

    /// <summary>Gets the variables that the expression reads.</summary>
    public HashSet<string> Used { get; } = new(StringComparer.Ordinal);

    /// <exception cref="RuleSyntaxException">It can't be read, or names what isn't there.</exception>
    public Expression Compile() => Of(RuleParser.Parse(source).e);

    private Expression Of(ExprContext context)
    {
        var condition = Any(context.e);
        if (context.op is null)
        {
            return condition;
        }

        var (yes, no) = (Any(context.e1), Of(context.e2));
        return new Expression(
            s => condition.Run(s) is bool holds ? (holds ? yes : no).Run(s) : throw CelException.NoOverload(),
            yes.Schema
        );
    }

    private Expression Any(ConditionalOrContext context) =>
        context._e1.Count == 0 ? All(context.e) : Logic([All(context.e), .. context._e1.Select(All)], decisive: true);

    private Expression All(ConditionalAndContext context) =>
        context._e1.Count == 0 ? Of(context.e) : Logic([Of(context.e), .. context._e1.Select(Of)], decisive: false);

    private static Expression Logic(IReadOnlyList<Expression> operands, bool decisive) =>
        new(s =>
        {
            CelException? failed = null;
            foreach (var operand in operands)
            {
                try
                {
                    if (operand.Run(s) is not bool value)
                    {
                        failed ??= CelException.NoOverload();
                    }
                    else if (value == decisive)
                    {
                        return decisive;
                    }
                }
                catch (CelException e)
                {
                    failed ??= e;
                }
            }

            return failed is null ? !decisive : throw failed;
        });

    private Expression Of(RelationContext context)
    {
        if (context.op is null)
        {
            return Of(context.calc());
        }

        var (a, b) = (Of(context.relation(0)), Of(context.relation(1)));
        return context.op.Text switch
        {
            "==" => new Expression(s => CelValues.AreEqual(a.Run(s), b.Run(s))),
            "!=" => new Expression(s => !CelValues.AreEqual(a.Run(s), b.Run(s))),
            "in" => new Expression(s => CelValues.Contains(b.Run(s), a.Run(s))),
            "<" => new Expression(s => CelValues.Compare(a.Run(s), b.Run(s)) < 0),
            "<=" => new Expression(s => CelValues.Compare(a.Run(s), b.Run(s)) <= 0),
            ">" => new Expression(s => CelValues.Compare(a.Run(s), b.Run(s)) > 0),
            _ => new Expression(s => CelValues.Compare(a.Run(s), b.Run(s)) >= 0),
        };
    }

    private Expression Of(CalcContext context)
    {
        if (context.op is null)
        {
            return Of(context.unary());
        }

        var (a, b, sign) = (Of(context.calc(0)), Of(context.calc(1)), context.op.Text);
        return new Expression(s => Arithmetic.Of(sign, a.Run(s), b.Run(s)));
    }

    private Expression Of(UnaryContext context)
    {
        switch (context)
        {
            case LogicalNotContext not:
                var (operand, isOdd) = (Of(not.member()), not._ops.Count % 2 == 1);
                return new Expression(s => operand.Run(s) is bool b ? b != isOdd : throw CelException.NoOverload());
            case NegateContext minus:
                var number = Of(minus.member());
                return minus._ops.Count % 2 == 0 ? number : new Expression(s => Arithmetic.Negate(number.Run(s)));
            default:
                return Of(((MemberExprContext)context).member());
        }
    }

    private Expression Of(MemberContext context) =>
        context switch
        {
            SelectContext select => Select(select),
            IndexContext index => At(index),
            MemberCallContext call => Call(call),
            PrimaryExprContext primary => Of(primary.primary()),
            _ => throw Refused(context.Start, "unsupported expression"),
        };

    private Expression Select(SelectContext context)
    {
        var (target, field) = (Of(context.member()), context.id.Text);
        var schema = Field(target.Schema, field, context.op);
        return context.opt is null
            ? new Expression(s => Selection.Of(target.Run(s), field), schema)
            : new Expression(s => Selection.Optional(target.Run(s), field), schema);
    }

    /// <summary>Returns a field's schema; a field that the schema doesn't have is refused.</summary>
    private JsonObject? Field(JsonObject? schema, string name, IToken at)
    {
        if (schema is null || schema["x-kubernetes-int-or-string"].IsTrue())
        {
            return null;
        }

        return FieldNames.SchemaOf(schema, FieldNames.Unescape(name))
            ?? (
                schema["x-kubernetes-preserve-unknown-fields"].IsTrue() || schema.Text("type") is null ? null
                : schema.Text("type") == "object" ? throw Refused(at, $"undefined field '{name}'")
                : throw Refused(at, $"type '{schema.Text("type")}' does not support field selection")
            );
    }

    private Expression At(IndexContext context)
    {
        var (target, index) = (Of(context.member()), Of(context.index));
        var schema = target.Schema.Object("items") ?? target.Schema.Object("additionalProperties");
        return context.opt is null
            ? new Expression(s => Selection.At(target.Run(s), index.Run(s)), schema)
            : new Expression(s => Selection.OptionalAt(target.Run(s), index.Run(s)), schema);
    }

    private Expression Call(MemberCallContext context)
    {
        var (name, arguments) = (context.id.Text, context.args?._e.ToArray() ?? []);
        if (context.member().GetText() == "optional" && name is "of" or "none")
        {
            var of = arguments.Select(Of).ToList();
            return new Expression(s => of.Count == 0 ? CelOptional.None : new CelOptional(true, of[0].Run(s)));
        }

        var target = Of(context.member());
        if (Comprehensions.Names.Contains(name) && arguments.Length is 2 or 3)
        {
            var variable = arguments[0].GetText();
            _known.Add((variable, target.Schema.Object("items")));
            var parts = arguments.Skip(1).Select(Of).ToList();
            _known.RemoveAt(_known.Count - 1);
            return Comprehensions.Make(name, target, variable, parts);
        }

        return CelFunctions.Methods.TryGetValue(name, out var method)
            ? Invoke(method, [target, .. arguments.Select(Of)])
            : throw Refused(context.open, $"undeclared reference to '{name}' (in container '')");
    }

    private Expression Of(PrimaryContext context) =>
        context switch
        {
            NestedContext nested => Of(nested.e),
            IdentOrGlobalCallContext { op: null } ident => Variable(ident),
            IdentOrGlobalCallContext call => Call(call),
            CreateListContext list => List(list),
            CreateStructContext map => Map(map),
            ConstantLiteralContext literal => Constant(literal.literal()),
            _ => throw Refused(context.Start, "undeclared reference to a message type"),
        };

    private Expression Variable(IdentOrGlobalCallContext context)
    {
        var name = context.id.Text;
        var at = _known.FindLastIndex(v => v.Name == name);
        if (at >= 0)
        {
            Used.Add(name);
            return new Expression(s => s.Find(name), _known[at].Schema);
        }

        return
            name
                is "int"
                    or "uint"
                    or "double"
                    or "bool"
                    or "string"
                    or "bytes"
                    or "list"
                    or "map"
                    or "null_type"
                    or "type"
            ? new Expression(_ => new CelType(name))
            : throw Refused(context.id, $"undeclared reference to '{name}' (in container '')");
    }

    private Expression Call(IdentOrGlobalCallContext context)
    {
        var (name, arguments) = (context.id.Text, context.args?._e.ToArray() ?? []);
        if (name == "has" && arguments.Length == 1)
        {
            var select =
                Inner(arguments[0]) as SelectContext ?? throw Refused(context.op, "invalid argument to has() macro");
            var (target, field) = (Of(select.member()), select.id.Text);
            _ = Field(target.Schema, field, select.op);
            return new Expression(s => Selection.Has(target.Run(s), field));
        }

        return CelFunctions.Global.TryGetValue(name, out var function)
            ? Invoke(function, [.. arguments.Select(Of)])
            : throw Refused(context.op, $"undeclared reference to '{name}' (in container '')");
    }

    private static Expression Invoke(Func<object?[], object?> function, Expression[] arguments) =>
        new(s =>
        {
            try
            {
                return function(Array.ConvertAll(arguments, a => a.Run(s)));
            }
            catch (IndexOutOfRangeException)
            {
                // Fewer arguments than it takes.
                throw CelException.NoOverload();
            }
            catch (Exception e) when (e is OverflowException or FormatException)
            {
                throw new CelException("integer overflow");
            }
        });

    private Expression List(CreateListContext context)
    {
        var items = context.elems?._elems.Select(e => Of(e.e)).ToArray() ?? [];
        return new Expression(s => Array.ConvertAll(items, i => i.Run(s)));
    }

    private Expression Map(CreateStructContext context)
    {
        var keys = context.entries?._keys.Select(k => Of(k.e)).ToList() ?? [];
        var values = context.entries?._values.Select(Of).ToList() ?? [];
        return new Expression(s => new MadeMap([.. keys.Zip(values, (k, v) => (k.Run(s), v.Run(s)))]));
    }

    private Expression Constant(LiteralContext context)
    {
        var value = Literals.TryRead(context, out var read) ? read : throw Refused(context.Start, "invalid literal");
        return new Expression(_ => value);
    }

    /// <summary>Returns what a chain of one-armed nodes leads to.</summary>
    private static Antlr4.Runtime.Tree.IParseTree Inner(Antlr4.Runtime.Tree.IParseTree node)
    {
        while (node is not SelectContext && node.ChildCount == 1)
        {
            node = node.GetChild(0);
        }

        return node;
    }

    private RuleSyntaxException Refused(IToken at, string why) => new(source, at.Line, at.Column, why);
}
