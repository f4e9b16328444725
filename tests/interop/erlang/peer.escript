#!/usr/bin/env escript
%% Erlang/OTP's diameter as an MTC Server:
%%
%%     peer.escript ZK.DIA ADDRESS PORT [PKI]
%%
%% It connects (over TLS with a folder of certificates) and says what happens, a line for each
%% thing. A line of its input is a key request, `IMSI PROFILE RAND RES`, in hexadecimal but for the
%% IMSI, or `watchdog`, which waits for a DWA. It leaves at their end.

-mode(compile).

-define(HOST, "mtc-server.example").
-define(REALM, "example").
-define(HOME, "epc.mnc001.mcc001.3gppnetwork.org").
-define(ZK, 16781313).
-define(LAB, 32473).

main([Dia, Address, Port | Pki]) ->
    ok = logger:remove_handler(default),
    ok = logger:add_handler(default, logger_std_h, #{config => #{type => standard_error}}),
    ok = compile_dictionary(Dia),
    ok = ssl:start(),
    ok = diameter:start(),
    true = diameter:subscribe(?MODULE),
    ok = diameter:start_service(?MODULE, service()),
    {ok, Transport} = diameter:add_transport(?MODULE, {connect, transport(Address, Port, Pki)}),
    up(),
    requests(),
    ok = diameter:remove_transport(?MODULE, Transport),
    down(),
    halt(0).

compile_dictionary(Dia) ->
    {ok, [Forms]} = diameter_make:codec(Dia, [forms, return]),
    {ok, Module, Code} = compile:forms(Forms, []),
    {module, Module} = code:load_binary(Module, Dia, Code),
    ok.

service() ->
    [{'Origin-Host', ?HOST},
     {'Origin-Realm', ?REALM},
     {'Host-IP-Address', [{127, 0, 0, 1}]},
     {'Vendor-Id', 193},
     {'Product-Name', "OTP"},
     {'Supported-Vendor-Id', [?LAB]},
     {'Vendor-Specific-Application-Id',
      [[{'Vendor-Id', ?LAB}, {'Auth-Application-Id', [?ZK]}]]},
     {decode_format, map},
     {application, [{alias, base},
                    {dictionary, diameter_gen_base_rfc6733},
                    {module, diameter_callback}]},
     {application, [{alias, zk}, {dictionary, zk}, {module, callbacks()}]}].

%% Functions instead of a callback module.
callbacks() ->
    [diameter_callback,
     {prepare_request, fun(Packet, _, _) -> {send, Packet} end},
     {handle_answer, fun(Packet, _, _, _) -> {ok, Packet} end},
     {handle_error, fun(Reason, _, _, _) -> {error, Reason} end}].

transport(Address, Port, Pki) ->
    {ok, Ip} = inet:parse_address(Address),
    [{transport_module, diameter_tcp},
     {watchdog_timer, 6000},
     {transport_config,
      [{raddr, Ip}, {rport, list_to_integer(Port)}, {reuseaddr, true} | tls(Pki)]}].

%% TLS from the first octet; a list of options here would be RFC 3588's, after capabilities.
tls([]) -> [];
tls([Pki]) ->
    File = fun(Name) -> filename:join(Pki, Name) end,
    [{ssl_options, true},
     {certfile, File(?HOST ++ ".pem")},
     {keyfile, File(?HOST ++ ".key")},
     {cacertfile, File("ca.pem")},
     {verify, verify_peer},
     {server_name_indication, disable}].

up() ->
    receive
        {diameter_event, _, {up, _, _, _, {diameter_packet, _, _, Cea, _, _, _}}} -> say("up ~0p", [Cea]);
        {diameter_event, _, {closed, _, Reason, _}} -> say("closed ~0p", [Reason]), halt(1)
    end.

%% Each line of the input is a request; what is said of it is its answer's code, or why there is none.
requests() ->
    case io:get_line("") of
        eof -> ok;
        "watchdog\n" -> watchdog(), requests();
        Line -> request(string:lexemes(string:trim(Line), " ")), requests()
    end.

%% OTP counts what it sent and received; a DWR goes out when nothing else did for 4 to 8 seconds.
watchdog() ->
    Counted = [Name || {_, Counts} <- diameter:service_info(?MODULE, statistics), {Name, _} <- Counts],
    case lists:member({{0, 280, 0}, recv, {'Result-Code', 2001}}, Counted) of
        true -> say("watchdog answered", []);
        false -> timer:sleep(100), watchdog()
    end.

request([Imsi, Profile, Rand, Res]) ->
    Request = ['MKR',
               {'Session-Id', diameter:session_id(?HOST)},
               {'Auth-Session-State', 1},
               {'Origin-Host', ?HOST},
               {'Origin-Realm', ?REALM},
               {'Destination-Realm', ?HOME},
               {'User-Name', Imsi},
               {'MTC-Key-Profile', binary:decode_unsigned(binary:decode_hex(list_to_binary(Profile)))},
               {'MTC-Device-RAND', binary:decode_hex(list_to_binary(Rand))},
               {'MTC-Encrypted-RES', binary:decode_hex(list_to_binary(Res))}],
    case diameter:call(?MODULE, zk, Request, []) of
        {ok, {diameter_packet, _, _, ['MKA' | Mka], _, [], _}} -> answer(Mka);
        {ok, {diameter_packet, _, _, Msg, _, Errors, _}} -> say("unreadable ~0p ~0p", [Msg, Errors]);
        {error, Reason} -> say("none ~0p", [Reason])
    end.

answer(#{'MTC-Key-Info' := [#{'MTC-Key-Material' := Key, 'MTC-Key-Strength' := [Bits]}],
         'Result-Code' := [Code]}) ->
    say("key ~w ~s ~w", [Code, binary:encode_hex(iolist_to_binary(Key)), Bits]);
answer(#{'Experimental-Result' := [#{'Vendor-Id' := Vendor, 'Experimental-Result-Code' := Code}]}) ->
    say("refused ~w/~w", [Vendor, Code]);
answer(#{'Result-Code' := [Code]}) ->
    say("refused ~w", [Code]).

down() ->
    receive
        {diameter_event, _, {down, _, _, _}} -> say("down", [])
    after 10000 -> say("not down", [])
    end.

say(Format, Values) ->
    io:format(Format ++ "~n", Values).
