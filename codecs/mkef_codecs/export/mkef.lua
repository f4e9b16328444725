-- MTC key establishment in Wireshark and tshark: what their own dissectors leave as octets.
--
-- A post-dissector shows one subtree for each message of a key establishment: MKR, MKA, RIR, RIA of
-- Diameter, the kid context of OSCORE. The RAND list of our MAP extension and the argument of our
-- MAP operation stand where Wireshark shows extension and operation. mkef.imsi, mkef.profile,
-- mkef.rand and mkef.encrypted_res are the same fields everywhere: one filter follows a key from
-- the device to the HLR.
--
-- `mkef wireshark --print` writes this file; the tables are made from the rows of the codecs.

-- @tables

local mkef = Proto("mkef", "MTC Key Establishment")
local extension = Proto("mkef_map", "MTC-AuthenticationArg")
local operation = Proto("mkef_map_operation", "MTC-SendAuthenticationInfoArg")
local global_operation = Proto("mkef_map_global", "MAP operation with a global opcode")

local fields = {
  message = ProtoField.string("mkef.message", "Message"),
  application = ProtoField.uint32("mkef.application", "Application", base.DEC, APPLICATIONS),
  imsi = ProtoField.string("mkef.imsi", "IMSI"),
  other = ProtoField.bytes("mkef.avp", "AVP"),
}

local vectors = ProtoField.uint8("mkef.profile.vectors", "Vectors")
local profile_bits = {
  ProtoField.uint8("mkef.profile.version", "Version", base.DEC, nil, 0xC0),
  ProtoField.uint8("mkef.profile.further_vectors", "Further vectors", base.DEC, nil, 0x30),
  ProtoField.uint8("mkef.profile.res_key", "RES under", base.DEC, { [0] = "Kc", "K_MTC" }, 0x08),
  ProtoField.bool("mkef.profile.tagged", "Tagged RAND", 8, nil, 0x04),
  ProtoField.bool("mkef.profile.integrity_only", "Integrity only", 8, nil, 0x02),
  ProtoField.uint8("mkef.profile.reserved", "Reserved", base.DEC, nil, 0x01),
}

local malformed = ProtoExpert.new(
  "mkef.malformed", "Malformed", expert.group.MALFORMED, expert.severity.ERROR)
local unknown = ProtoExpert.new(
  "mkef.unknown", "Not in the dictionary", expert.group.UNDECODED, expert.severity.NOTE)
mkef.experts = { malformed, unknown }

-- Types: the field that shows a value, its size in octets if that is fixed, and what reads it.

local EPOCH = 2208988800 -- 1970 in seconds since 1900, as Time counts (RFC 6733 clause 4.3.1)
local ERA = 4294967296

local function read_text(value)
  return value:string(ENC_UTF_8)
end

local function read_number(value)
  return value:uint()
end

local function read_signed(value)
  return value:int()
end

local function read_time(value)
  local seconds = value:uint()
  if seconds < 0x80000000 then
    seconds = seconds + ERA -- the era that begins in 2036
  end
  return NSTime.new(seconds - EPOCH, 0)
end

local function profile_field(abbreviation, name)
  return ProtoField.uint8(abbreviation, name, base.HEX)
end

local function time_field(abbreviation, name)
  return ProtoField.absolute_time(abbreviation, name, base.UTC)
end

local TYPES = {
  Address = { field = ProtoField.bytes },
  DiameterIdentity = { field = ProtoField.string, read = read_text },
  DiameterURI = { field = ProtoField.string, read = read_text },
  Enumerated = { field = ProtoField.int32, size = 4, read = read_signed },
  Grouped = { field = ProtoField.none },
  Integer32 = { field = ProtoField.int32, size = 4, read = read_signed },
  OctetString = { field = ProtoField.bytes },
  Time = { field = time_field, size = 4, read = read_time },
  UTF8String = { field = ProtoField.string, read = read_text },
  Unsigned32 = { field = ProtoField.uint32, size = 4, read = read_number },
}

-- Fields that AVPs share with CoAP and MAP.
local PROFILE, RAND, ENCRYPTED_RES = "mkef.profile", "mkef.rand", "mkef.encrypted_res"

for _, rows in pairs(AVPS) do
  for _, row in pairs(rows) do
    local make = row.field == PROFILE and profile_field or TYPES[row.type].field
    fields[row.field] = make(row.field, row.name)
  end
end
for _, field in ipairs({ vectors, table.unpack(profile_bits) }) do
  table.insert(fields, field)
end
mkef.fields = fields

-- The profile octet and what depends on it; `seen` is what a message said so far.

local RAND_LENGTH, SRES_LENGTH = 16, 4

local function vectors_of(octet)
  local count = octet:bitfield(2, 2) + 1
  local known = octet:bitfield(0, 2) == 0 and octet:bitfield(7, 1) == 0 and count <= 3
  return known and count or nil
end

local function show_profile(octet, tree, seen)
  local item = tree:add(fields[PROFILE], octet)
  for _, bit in ipairs(profile_bits) do
    item:add(bit, octet)
  end
  seen.vectors = vectors_of(octet)
  if seen.vectors then
    item:add(vectors, octet, seen.vectors)
  else
    item:add_proto_expert_info(malformed, "Bits that version 00 does not have")
  end
end

local function show_res(value, tree, seen)
  local item = tree:add(fields[ENCRYPTED_RES], value)
  if seen.vectors and value:len() ~= SRES_LENGTH * seen.vectors then
    item:add_proto_expert_info(malformed, "E(RES) has 4 octets for each vector of the profile")
  end
end

-- Diameter

local HEADER, VENDOR_HEADER, MESSAGE_HEADER = 8, 12, 20
local MAX_DEPTH = 8 -- our own groups are two deep
local show_avps

-- What a row says against a value; nothing if it is as it should be.
local function problem(row, value)
  local size = TYPES[row.type].size
  if size and value:len() ~= size then
    return size .. " octets wanted, not " .. value:len()
  end
  local measured = size and value:uint() or value:len()
  if row.low and (measured < row.low or measured > row.high) then
    local wanted = row.low == row.high and row.low or row.low .. " to " .. row.high
    return wanted .. (size and "" or " octets") .. " wanted, not " .. measured
  end
end

local function show_malformed_avp(octets, tree, text)
  tree:add(fields.other, octets):add_proto_expert_info(malformed, text)
end

local function show_group(row, value, tree, seen)
  local item = tree:add(fields[row.field], value)
  if seen.depth == MAX_DEPTH then
    item:add_proto_expert_info(malformed, "Groups in groups, more than " .. MAX_DEPTH .. " deep")
    return
  end
  seen.depth = seen.depth + 1
  show_avps(value, item, seen)
  seen.depth = seen.depth - 1
end

local function show_value(row, value, tree, seen)
  local read = TYPES[row.type].read
  if row.type == "Grouped" then
    show_group(row, value, tree, seen)
  elseif row.field == PROFILE then
    show_profile(value:range(3, 1), tree, seen)
  elseif row.field == ENCRYPTED_RES then
    show_res(value, tree, seen)
  elseif read then
    tree:add(fields[row.field], value, read(value))
  else
    tree:add(fields[row.field], value)
  end
end

-- The header of the AVP that begins an octet range; nil if it is not whole.
local function avp_header(octets)
  if octets:len() < HEADER then
    return nil
  end
  local code, length = octets:range(0, 4):uint(), octets:range(5, 3):uint()
  local size = octets:bitfield(32, 1) == 1 and VENDOR_HEADER or HEADER
  if length < size or length > octets:len() then
    return nil
  end
  return code, size == VENDOR_HEADER and octets:range(8, 4):uint() or 0, size, length
end

-- Shows the AVP that begins an octet range and says how long it is, without padding.
local function show_avp(octets, tree, seen)
  local code, vendor, size, length = avp_header(octets)
  if not code then
    show_malformed_avp(octets, tree, "An AVP that is not whole")
    return octets:len()
  end
  local row = AVPS[vendor] and AVPS[vendor][code]
  local value = length > size and octets:range(size, length - size) -- no empty ranges in Lua
  local wrong = row and (value and problem(row, value) or not value and "no data")
  if wrong then
    show_malformed_avp(octets:range(0, length), tree, row.name .. ": " .. wrong)
  elseif row then
    show_value(row, value, tree, seen)
  else
    tree:add(fields.other, octets:range(0, length)):add_proto_expert_info(unknown)
  end
  return length
end

show_avps = function(octets, tree, seen)
  local position, stop = 0, octets:len()
  while position < stop do
    local length = show_avp(octets:range(position), tree, seen)
    position = position + length + (-length) % 4
  end
end

-- The command of a message if it is one of ours.
local function command_of(message)
  local command = COMMANDS[message:range(5, 3):uint()]
  return command and command.application == message:range(8, 4):uint() and command or nil
end

local function show_header(command, message, pinfo, tree)
  local name = message:bitfield(32, 1) == 1 and command.request or command.answer
  tree:append_text(", " .. name)
  tree:add(fields.message, message:range(4, 4), name)
  tree:add(fields.application, message:range(8, 4))
  pinfo.cols.info:prepend(name .. " ")
end

local USER_NAME = 1

-- AVPs of ours are shown in any message, and the IMSI in those of ours.
local function show_message(message, avps, pinfo, root)
  local command, seen = command_of(message), { depth = 0 }
  local tree = command and root:add(mkef, message)
  if command then
    show_header(command, message, pinfo, tree)
  end
  for _, avp in ipairs(avps) do
    local code, vendor, size, length = avp_header(avp)
    if vendor == VENDOR then
      tree = tree or root:add(mkef, message)
      show_avp(avp, tree, seen)
    elseif command and code == USER_NAME and vendor == 0 and length > size then
      local imsi = avp:range(size, length - size)
      tree:add(fields.imsi, imsi, read_text(imsi))
    end
  end
end

-- Fields of other dissectors; those that a version of Wireshark does not have are never seen.
local function optional(name)
  local found, field = pcall(Field.new, name)
  return found and field or function() end
end

local messages = Field.new("diameter")
local avps = Field.new("diameter.avp")
local global_opcodes = optional("gsm_old.globalValue")
local kid_contexts = optional("coap.opt.object_security_kid_context")
local kids = optional("coap.opt.object_security_kid")

local function inside(inner, outer)
  local start, stop = outer:offset(), outer:offset() + outer:len()
  return inner:offset() >= start + MESSAGE_HEADER and inner:offset() < stop
end

-- Wireshark hands over all AVPs of a packet in one list, those of a message behind one another.
local function diameter(pinfo, root)
  local list, next_avp = { avps() }, 1
  for _, message in ipairs({ messages() }) do
    local own = {}
    while list[next_avp] and inside(list[next_avp].range, message.range) do
      table.insert(own, list[next_avp].range)
      next_avp = next_avp + 1
    end
    if message.range:len() >= MESSAGE_HEADER then
      show_message(message.range, own, pinfo, root)
    end
  end
end

-- OSCORE: kid context = profile(1) RAND(16) E(RES)(4n), kid = the number `1` and the IMSI's digits.

-- Other applications of OSCORE have contexts of their own: nothing is said of those.

local KID_LENGTH = 7

local function imsi_of(kid)
  return kid:len() == KID_LENGTH and tostring(kid:uint64()):match("^1(%d+)$") or nil
end

local function is_context(octets)
  local count = vectors_of(octets:range(0, 1))
  return count and octets:len() == 1 + RAND_LENGTH + SRES_LENGTH * count
end

local function oscore(root)
  local context, kid = kid_contexts(), kids()
  local imsi = kid and imsi_of(kid.range)
  if not (imsi and context and is_context(context.range)) then
    return
  end
  local octets, seen = context.range, {}
  local tree = root:add(mkef, octets)
  tree:append_text(", kid context")
  tree:add(fields.imsi, kid.range, imsi)
  show_profile(octets:range(0, 1), tree, seen)
  tree:add(fields[RAND], octets:range(1, RAND_LENGTH))
  show_res(octets:range(1 + RAND_LENGTH), tree, seen)
end

-- MAP: BER in the definite form

local OCTET_STRING, SEQUENCE, CONTEXT_0 = 0x04, 0x30, 0x80

-- The element that begins an octet range: tag, content, and what follows it; nil if none does.
local function element(octets)
  if not octets or octets:len() < 3 then
    return nil
  end
  local tag, length, start = octets:range(0, 1):uint(), octets:range(1, 1):uint(), 2
  if length > 0x80 and length <= 0x82 and octets:len() > 2 + length - 0x80 then
    start = 2 + length - 0x80
    length = octets:range(2, start - 2):uint()
  end
  if length == 0 or start + length > octets:len() then
    return nil
  end
  local following = octets:len() > start + length and octets:range(start + length) or nil
  return tag, octets:range(start, length), following
end

-- MTC-AuthenticationArg ::= SEQUENCE { randList SEQUENCE OF OCTET STRING (SIZE (16)), ... }
local function show_argument(octets, tree)
  local tag, content = element(octets)
  local inner_tag, rands = element(content)
  if tag ~= SEQUENCE or inner_tag ~= SEQUENCE then
    tree:add_proto_expert_info(malformed, "Not an MTC-AuthenticationArg in the definite form")
    return
  end
  local rand
  while rands do
    tag, rand, rands = element(rands)
    if tag ~= OCTET_STRING or rand:len() ~= RAND_LENGTH then
      tree:add_proto_expert_info(malformed, "A RAND is an OCTET STRING of 16 octets")
      return
    end
    tree:add(fields[RAND], rand)
  end
end

function extension.dissector(tvb, _, tree)
  show_argument(tvb:range(), tree:add(extension, tvb:range()))
  return tvb:len()
end

DissectorTable.get("ber.oid"):add(EXTENSION, extension)

local function digits(imsi)
  return (imsi:bytes():tohex():gsub("(.)(.)", "%2%1"):gsub("F$", ""))
end

-- The argument of the operation: SEQUENCE { imsi [0] IMSI, mtc MTC-AuthenticationArg, ... }
local function show_operation(parameter, tree)
  local _, content = element(parameter)
  local tag, imsi, argument = element(content)
  if tag ~= CONTEXT_0 or not argument then
    tree:add_proto_expert_info(malformed, "Not an argument of " .. OPERATION)
    return
  end
  tree:add(fields.imsi, imsi, digits(imsi))
  show_argument(argument, tree)
end

function operation.dissector(tvb, _, tree)
  show_operation(tvb:range(), tree:add(mkef, tvb:range()):append_text(", MAP operation"))
  return tvb:len()
end

DissectorTable.get("ber.oid"):add(OPERATION, operation)

-- Wireshark's MAP hands the parameter of any operation with a global opcode to whoever is registered
-- for the private opcode 0, and does not say which operation it is: that stands in its tree. From
-- there on the table of object identifiers decides, as it does for extensions.

local PRIVATE_OPCODES, GLOBAL = "gsm_map.prop.arg.opcode", 0

function global_operation.dissector(tvb, pinfo, tree)
  local opcodes = { global_opcodes() }
  local oid = #opcodes > 0 and opcodes[#opcodes].display:match("^[%d.]+")
  return oid and DissectorTable.get("ber.oid"):try(oid, tvb, pinfo, tree) or 0
end

DissectorTable.get(PRIVATE_OPCODES):add(GLOBAL, global_operation)

function mkef.dissector(_, pinfo, root)
  diameter(pinfo, root)
  oscore(root)
end

register_postdissector(mkef)
