/** The emoji people use most, by Slack's names; others stay as typed. */

import { el } from "./dom.js";

const TABLE = `
grinning 😀 smiley 😃 smile 😄 grin 😁 laughing 😆 satisfied 😆 sweat_smile 😅 joy 😂 rolling_on_the_floor_laughing 🤣
slightly_smiling_face 🙂 upside_down_face 🙃 wink 😉 blush 😊 innocent 😇 heart_eyes 😍 star-struck 🤩 kissing_heart 😘
yum 😋 stuck_out_tongue 😛 stuck_out_tongue_winking_eye 😜 hugging_face 🤗 thinking_face 🤔 zipper_mouth_face 🤐
face_with_raised_eyebrow 🤨 neutral_face 😐 expressionless 😑 no_mouth 😶 smirk 😏 unamused 😒 face_with_rolling_eyes 🙄
grimacing 😬 relieved 😌 pensive 😔 sleeping 😴 sleepy 😪 mask 😷 nerd_face 🤓 sunglasses 😎 partying_face 🥳
confused 😕 worried 😟 slightly_frowning_face 🙁 white_frowning_face ☹️ open_mouth 😮 hushed 😯 astonished 😲 flushed 😳
pleading_face 🥺 fearful 😨 cold_sweat 😰 cry 😢 sob 😭 scream 😱 confounded 😖 disappointed 😞 sweat 😓 weary 😩
tired_face 😫 triumph 😤 rage 😡 angry 😠 exploding_head 🤯 face_palm 🤦 shrug 🤷 salute 🫡 saluting_face 🫡
melting_face 🫠 robot_face 🤖 ghost 👻 skull 💀 clown_face 🤡 see_no_evil 🙈 hear_no_evil 🙉 speak_no_evil 🙊
wave 👋 raised_back_of_hand 🤚 raised_hand ✋ hand ✋ vulcan_salute 🖖 ok_hand 👌 pinching_hand 🤏 v ✌️
crossed_fingers 🤞 point_left 👈 point_right 👉 point_up ☝️ point_up_2 👆 point_down 👇 thumbsup 👍 +1 👍
thumbsdown 👎 -1 👎 fist ✊ facepunch 👊 punch 👊 clap 👏 raised_hands 🙌 open_hands 👐 handshake 🤝 pray 🙏
writing_hand ✍️ muscle 💪 eyes 👀 eye 👁️ brain 🧠 speaking_head_in_silhouette 🗣️ bust_in_silhouette 👤
busts_in_silhouette 👥 heart ❤️ orange_heart 🧡 yellow_heart 💛 green_heart 💚 blue_heart 💙 purple_heart 💜
black_heart 🖤 white_heart 🤍 broken_heart 💔 sparkling_heart 💖 heartpulse 💗 100 💯 anger 💢 boom 💥 dizzy 💫
sweat_drops 💦 dash 💨 speech_balloon 💬 thought_balloon 💭 left_speech_bubble 🗨️ zzz 💤
white_check_mark ✅ heavy_check_mark ✔️ ballot_box_with_check ☑️ x ❌ negative_squared_cross_mark ❎
heavy_plus_sign ➕ heavy_minus_sign ➖ question ❓ grey_question ❔ exclamation ❗ heavy_exclamation_mark ❗
grey_exclamation ❕ bangbang ‼️ interrobang ⁉️ warning ⚠️ no_entry ⛔ no_entry_sign 🚫 octagonal_sign 🛑 sos 🆘
new 🆕 ok 🆗 up 🆙 cool 🆒 free 🆓 information_source ℹ️ recycle ♻️ infinity ♾️ copyright ©️ registered ®️ tm ™️
red_circle 🔴 large_orange_circle 🟠 large_yellow_circle 🟡 large_green_circle 🟢 large_blue_circle 🔵
large_purple_circle 🟣 large_brown_circle 🟤 black_circle ⚫ white_circle ⚪ large_red_square 🟥
large_orange_square 🟧 large_yellow_square 🟨 large_green_square 🟩 large_blue_square 🟦 large_purple_square 🟪
black_large_square ⬛ white_large_square ⬜ small_red_triangle 🔺 small_red_triangle_down 🔻 large_blue_diamond 🔷
large_orange_diamond 🔶 small_blue_diamond 🔹 small_orange_diamond 🔸 radio_button 🔘 white_square_button 🔳
arrow_up ⬆️ arrow_down ⬇️ arrow_left ⬅️ arrow_right ➡️ arrow_upper_right ↗️ arrow_lower_right ↘️ arrow_lower_left ↙️
arrow_upper_left ↖️ arrow_right_hook ↪️ leftwards_arrow_with_hook ↩️ arrows_counterclockwise 🔄 repeat 🔁
arrow_forward ▶️ arrow_backward ◀️ double_vertical_bar ⏸️ black_square_for_stop ⏹️ fast_forward ⏩ rewind ⏪
arrow_heading_up ⤴️ arrow_heading_down ⤵️ back 🔙 end 🔚 soon 🔜 top 🔝
one 1️⃣ two 2️⃣ three 3️⃣ four 4️⃣ five 5️⃣ six 6️⃣ seven 7️⃣ eight 8️⃣ nine 9️⃣ zero 0️⃣ keycap_ten 🔟 hash #️⃣
hourglass ⌛ hourglass_flowing_sand ⏳ watch ⌚ alarm_clock ⏰ stopwatch ⏱️ timer_clock ⏲️ clock1 🕐 clock3 🕒
clock9 🕘 clock12 🕛 date 📅 calendar 📆 spiral_calendar_pad 🗓️ spiral_note_pad 🗒️ card_index 📇
chart_with_upwards_trend 📈 chart_with_downwards_trend 📉 bar_chart 📊 clipboard 📋 pushpin 📌 round_pushpin 📍
paperclip 📎 linked_paperclips 🖇️ straight_ruler 📏 triangular_ruler 📐 scissors ✂️ card_file_box 🗃️
file_cabinet 🗄️ wastebasket 🗑️ lock 🔒 unlock 🔓 lock_with_ink_pen 🔏 closed_lock_with_key 🔐 key 🔑 old_key 🗝️
hammer 🔨 pick ⛏️ hammer_and_wrench 🛠️ wrench 🔧 screwdriver 🪛 nut_and_bolt 🔩 gear ⚙️ toolbox 🧰 magnet 🧲
scales ⚖️ link 🔗 chains ⛓️ test_tube 🧪 microscope 🔬 telescope 🔭 satellite_antenna 📡 syringe 💉 pill 💊
door 🚪 package 📦 mailbox 📫 mailbox_with_mail 📬 postbox 📮 inbox_tray 📥 outbox_tray 📤 email 📧 envelope ✉️
incoming_envelope 📨 envelope_with_arrow 📩 e-mail 📧 label 🏷️ bookmark 🔖 books 📚 book 📖 open_book 📖 notebook 📓
ledger 📒 page_facing_up 📄 page_with_curl 📃 newspaper 📰 memo 📝 pencil 📝 pencil2 ✏️ lower_left_ballpoint_pen 🖊️
briefcase 💼 file_folder 📁 open_file_folder 📂 card_index_dividers 🗂️ money_with_wings 💸 moneybag 💰 euro 💶
dollar 💵 pound 💷 credit_card 💳 receipt 🧾 gem 💎 computer 💻 desktop_computer 🖥️ keyboard ⌨️ printer 🖨️ phone ☎️
telephone ☎️ telephone_receiver 📞 iphone 📱 battery 🔋 electric_plug 🔌 bulb 💡 flashlight 🔦 candle 🕯️ camera 📷
movie_camera 🎥 mag 🔍 mag_right 🔎 speaker 🔈 sound 🔉 loud_sound 🔊 mute 🔇 mega 📣 loudspeaker 📢 bell 🔔 no_bell 🔕
tada 🎉 confetti_ball 🎊 balloon 🎈 gift 🎁 trophy 🏆 medal 🏅 sports_medal 🏅 first_place_medal 🥇
second_place_medal 🥈 third_place_medal 🥉 dart 🎯 game_die 🎲 jigsaw 🧩 soccer ⚽ basketball 🏀 art 🎨 performing_arts 🎭
musical_note 🎵 headphones 🎧 rocket 🚀 airplane ✈️ car 🚗 red_car 🚗 truck 🚚 bus 🚌 bike 🚲 train 🚋 ship 🚢 anchor ⚓
fuelpump ⛽ construction 🚧 rotating_light 🚨 traffic_light 🚥 vertical_traffic_light 🚦 checkered_flag 🏁
triangular_flag_on_post 🚩 waving_white_flag 🏳️ waving_black_flag 🏴 flag-de 🇩🇪 flag-ch 🇨🇭 flag-at 🇦🇹 flag-gb 🇬🇧
flag-us 🇺🇸 flag-fr 🇫🇷 flag-it 🇮🇹 flag-es 🇪🇸 flag-eu 🇪🇺 de 🇩🇪 us 🇺🇸 gb 🇬🇧 fr 🇫🇷 it 🇮🇹 es 🇪🇸
house 🏠 office 🏢 factory 🏭 hospital 🏥 bank 🏦 hotel 🏨 school 🏫 department_store 🏬 building_construction 🏗️
world_map 🗺️ earth_africa 🌍 earth_americas 🌎 earth_asia 🌏 globe_with_meridians 🌐 mountain ⛰️ camping 🏕️
sunny ☀️ partly_sunny ⛅ cloud ☁️ rain_cloud 🌧️ thunder_cloud_and_rain ⛈️ snowflake ❄️ snowman ⛄ rainbow 🌈 umbrella ☔
zap ⚡ fire 🔥 droplet 💧 ocean 🌊 star ⭐ star2 🌟 sparkles ✨ sun_with_face 🌞 crescent_moon 🌙 full_moon 🌕
seedling 🌱 herb 🌿 four_leaf_clover 🍀 deciduous_tree 🌳 evergreen_tree 🌲 palm_tree 🌴 cactus 🌵 rose 🌹 sunflower 🌻
tulip 🌷 cherry_blossom 🌸 bouquet 💐 maple_leaf 🍁 fallen_leaf 🍂 dog 🐶 cat 🐱 mouse 🐭 rabbit 🐰 fox_face 🦊 bear 🐻
panda_face 🐼 lion_face 🦁 cow 🐮 pig 🐷 frog 🐸 monkey_face 🐵 chicken 🐔 penguin 🐧 bird 🐦 owl 🦉 horse 🐴
unicorn_face 🦄 bee 🐝 bug 🐛 butterfly 🦋 snail 🐌 turtle 🐢 snake 🐍 octopus 🐙 fish 🐟 dolphin 🐬 whale 🐳 crab 🦀
apple 🍎 green_apple 🍏 banana 🍌 lemon 🍋 watermelon 🍉 grapes 🍇 strawberry 🍓 cherries 🍒 peach 🍑 tomato 🍅
avocado 🥑 carrot 🥕 bread 🍞 croissant 🥐 pretzel 🥨 cheese_wedge 🧀 egg 🥚 hamburger 🍔 fries 🍟 pizza 🍕 taco 🌮
cookie 🍪 cake 🍰 birthday 🎂 doughnut 🍩 chocolate_bar 🍫 popcorn 🍿 coffee ☕ tea 🍵 beer 🍺 beers 🍻 wine_glass 🍷
champagne 🍾 clinking_glasses 🥂 knife_fork_plate 🍽️ walking 🚶 runner 🏃 dancer 💃 man-shrugging 🤷‍♂️
woman-shrugging 🤷‍♀️ man-facepalming 🤦‍♂️ woman-facepalming 🤦‍♀️ raising_hand 🙋 bow 🙇 ear 👂 nose 👃 crown 👑
necktie 👔 shirt 👕 handbag 👜 eyeglasses 👓 shield 🛡️ crystal_ball 🔮 bomb 💣 beginner 🔰 atom_symbol ⚛️ peace_symbol ☮️
`;
const words = TABLE.trim().split(/\s+/);
const GLYPHS = new Map(words.flatMap((name, n) => (n % 2 ? [] : [[name, words[n + 1]]])));
const NAMED = /:([a-z0-9_+'-]+):(?::skin-tone-[2-6]:)?/g;

/** The character of an emoji's name, or null. */
export function glyph(name) {
  return GLYPHS.get(name) ?? null;
}

/** Return an emoji as a node with its name; unknown ones as they are typed. */
export function emojiNode(name, character = glyph(name)) {
  if (!character) return el("span", {}, `:${name}:`);
  return el("span", { class: "emoji", role: "img", title: `:${name}:`, "aria-label": name.replaceAll("_", " ") }, character);
}

/** Split text at the `:names:` of known emoji; returns texts and nodes. */
export function withEmoji(text) {
  const parts = [];
  const named = new RegExp(NAMED);
  let end = 0;
  for (let match; (match = named.exec(text)); ) {
    if (!GLYPHS.has(match[1])) {
      // The colon that ends no name may begin one: 10:30:tada:
      named.lastIndex = match.index + 1 + match[1].length;
      continue;
    }
    parts.push(text.slice(end, match.index), emojiNode(match[1]));
    end = named.lastIndex;
  }
  return [...parts, text.slice(end)].filter((part) => part !== "");
}

/** Put the characters of known emoji in the place of their names. */
export function emojiText(text) {
  return withEmoji(text).map((part) => part.textContent ?? part).join("");
}
